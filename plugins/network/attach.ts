/** Join and Leave, and what comes between them: the endpoint's traffic is let through, or no more. */
import { Fault } from '../../src/diagnostic/fault.ts';
import type { EndpointRecord, NetworkRecord, PortMapping } from '../../src/model/network/records.ts';
import type { Records } from '../../src/store/index.ts';
import type { Reply, RequestOf } from '../protocol/index.ts';
import { dropEndpoint } from './delete-network.ts';
import type { NetworkDeps } from './deps.ts';
import { chooseHostPorts } from './host-ports.ts';
import { gatewayFor, joinReply } from './join-reply.ts';
import { readDns, readPublished } from './ports.ts';
import { findEndpoint, findNetwork, putEndpoint, requireNetwork, shownNetwork, type Stored } from './records.ts';

const mostRaces = 20;

type Joining = RequestOf<'NetworkDriver.Join'>;

/** Answers when the kernel lets the endpoint's traffic through, and no other. */
export async function join(
  request: Joining,
  here: Records<EndpointRecord>,
  deps: NetworkDeps,
  signal: AbortSignal,
): Promise<Reply> {
  const network = await requireNetwork(deps, request.NetworkID);
  const known = await requireEndpoint(request.EndpointID, network, deps);
  const endpoint = joined(known.value, request, network, here);
  deps.failPoints.reach('NetworkDriver.Join', 'before-transaction');
  const results = await Promise.allSettled([
    record(endpoint, known, deps).then(() => deps.failPoints.reach('NetworkDriver.Join', 'after-transaction')),
    deps.gate.open(endpoint, network, signal).then(() => deps.failPoints.reach('NetworkDriver.Join', 'after-kernel')),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return joinReply(endpoint, network, deps.resolvers());
  // dockerd sends no Leave after a Join that failed.
  await deps.gate.close(endpoint).catch(() => undefined);
  throw failed.reason;
}

async function requireEndpoint(id: string, network: NetworkRecord, deps: NetworkDeps): Promise<Stored<EndpointRecord>> {
  const known = await findEndpoint(deps, id);
  if (known?.value.network === network.id) return known;
  const where = known === undefined ? '' : ` on the network ${shownNetwork(network)}`;
  throw new Fault('endpoint-unknown', `Clocker does not know the endpoint ${id.slice(0, 12)}${where}.`, {
    hint: 'Start the container again.',
  });
}

function joined(
  known: EndpointRecord,
  request: Joining,
  network: NetworkRecord,
  here: Records<EndpointRecord>,
): EndpointRecord {
  const options = request.Options ?? {};
  const wanted = readPublished(options) ?? known.published;
  const { SandboxKey: sandboxKey = '' } = request;
  return {
    ...known,
    state: 'joined',
    published: network.portMode === 'routed' ? withHostPorts(known, wanted, here) : wanted,
    gateway: gatewayFor(network, wanted),
    dns: readDns(options),
    ...(sandboxKey === '' ? {} : { sandboxKey }),
  };
}

/** A container has the same ports on all its networks; only one of them publishes. */
function withHostPorts(
  known: EndpointRecord,
  wanted: readonly PortMapping[],
  here: Records<EndpointRecord>,
): readonly PortMapping[] {
  if (wanted.length === 0) return wanted;
  const isSamePorts = known.state === 'joined' && known.published.length === wanted.length;
  if (isSamePorts) return known.published;
  const held = [...here.all()].flatMap(({ value }) =>
    value.id !== known.id && value.external === true && value.gateway === 'routed'
      ? value.published.map((port) => ({
          port,
          by: value.container === undefined ? `endpoint ${value.id.slice(0, 12)}` : `container ${value.container.name}`,
        }))
      : [],
  );
  return chooseHostPorts(wanted, held);
}

/** Writes an endpoint that was read; when somebody changed it meanwhile, only if it is still there. */
async function record(endpoint: EndpointRecord, known: Stored<EndpointRecord>, deps: NetworkDeps): Promise<void> {
  let { condition } = known;
  for (let race = 0; race < mostRaces; race++) {
    if ((await deps.overlay.transact([condition], [putEndpoint(endpoint)])).succeeded) return;
    const current = await findEndpoint(deps, endpoint.id);
    if (current === undefined) break;
    ({ condition } = current);
  }
  throw new Fault('endpoint-unknown', `The endpoint ${endpoint.id.slice(0, 12)} was removed meanwhile.`);
}

/** The kernel is closed even when the store is away: that much must not wait. */
export async function leave(id: string, deps: NetworkDeps): Promise<Reply> {
  const known = await findEndpoint(deps, id);
  if (known === undefined) return {};
  const { sandboxKey: _left, external: _published, ...rest } = known.value;
  const closing = deps.gate.close(known.value).then(() => deps.failPoints.reach('NetworkDriver.Leave', 'after-kernel'));
  deps.failPoints.reach('NetworkDriver.Leave', 'before-transaction');
  const [closed, recorded] = await Promise.allSettled([
    closing,
    record({ ...rest, state: 'created' }, known, deps).then(() =>
      deps.failPoints.reach('NetworkDriver.Leave', 'after-transaction'),
    ),
  ]);
  if (closed.status === 'rejected') throw closed.reason;
  if (recorded.status === 'rejected') throw recorded.reason;
  return {};
}

export async function deleteEndpoint(id: string, deps: NetworkDeps): Promise<Reply> {
  const known = await findEndpoint(deps, id);
  if (known === undefined) return {};
  deps.failPoints.reach('NetworkDriver.DeleteEndpoint', 'before-transaction');
  await dropEndpoint(known.value, deps);
  deps.failPoints.reach('NetworkDriver.DeleteEndpoint', 'after-transaction');
  return {};
}

/**
 * Docker tells which of a container's attachments its published ports lead to. Only networks that publish by nftables
 * care; with docker_gwbridge Docker does it all.
 */
export async function setExternal(
  id: string,
  external: boolean,
  deps: NetworkDeps,
  signal: AbortSignal,
): Promise<Reply> {
  const known = await findEndpoint(deps, id);
  const network = known === undefined ? undefined : (await findNetwork(deps.overlay, known.value.network))?.value;
  if (known === undefined || network === undefined) return {};
  const isOurs = network.portMode === 'routed' && known.value.published.length > 0;
  if (!isOurs || (known.value.external === true) === external) return {};
  const { external: _before, ...rest } = known.value;
  const endpoint = external ? { ...rest, external } : rest;
  await record(endpoint, known, deps);
  if (endpoint.state === 'joined') await deps.gate.open(endpoint, network, signal);
  return {};
}
