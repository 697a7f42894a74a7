/** Join and Leave, and what comes between them: the endpoint's traffic is let through, or no more. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { hostInterface } from '../../src/model/network/names.ts';
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';
import type { Records } from '../../src/store/index.ts';
import type { Reply, RequestOf } from '../protocol/index.ts';
import { dropEndpoint } from './delete-network.ts';
import type { NetworkDeps } from './deps.ts';
import { chooseHostPorts, type HeldPort } from './host-ports.ts';
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
  const endpoint = joined(known.value, request, network);
  deps.failPoints.reach('NetworkDriver.Join', 'before-transaction');
  const results = await Promise.allSettled([
    record(endpoint, known, deps).then(() => deps.failPoints.reach('NetworkDriver.Join', 'after-transaction')),
    deps.gate.open(endpoint, network, signal).then(() => deps.failPoints.reach('NetworkDriver.Join', 'after-kernel')),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined)
    return joinReply(endpoint, network, hasResolvers(endpoint, here) ? 'there' : deps.resolvers());
  // dockerd sends no Leave after a Join that failed.
  await deps.gate.close(endpoint).catch(() => undefined);
  throw failed.reason;
}

/** Another internal network of the container leads to the resolvers: dockerd fails on a second route to them. */
const hasResolvers = ({ id, sandboxKey }: EndpointRecord, here: Records<EndpointRecord>): boolean =>
  sandboxKey !== undefined &&
  [...here.all()].some(
    ({ value }) =>
      value.id !== id && value.sandboxKey === sandboxKey && value.state === 'joined' && value.gateway === 'none',
  );

async function requireEndpoint(id: string, network: NetworkRecord, deps: NetworkDeps): Promise<Stored<EndpointRecord>> {
  const known = await findEndpoint(deps, id);
  if (known?.value.network === network.id) return known;
  const where = known === undefined ? '' : ` on the network ${shownNetwork(network)}`;
  throw new Fault('endpoint-unknown', `Clocker does not know the endpoint ${id.slice(0, 12)}${where}.`, {
    hint: 'Start the container again.',
  });
}

function joined(known: EndpointRecord, request: Joining, network: NetworkRecord): EndpointRecord {
  const options = request.Options ?? {};
  const wanted = readPublished(options) ?? known.published;
  const { SandboxKey: sandboxKey = '' } = request;
  return {
    ...known,
    state: 'joined',
    published: wanted,
    gateway: gatewayFor(network, wanted),
    dns: readDns(options),
    ...(sandboxKey === '' ? {} : { sandboxKey }),
  };
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

/** A store restored from an older copy does not know it; in the kernel it may be all the same. */
async function closeUnknown(id: string, { gate }: NetworkDeps): Promise<Reply> {
  await gate.close({ id, interface: hostInterface(id) });
  return {};
}

/** The kernel is closed even when the store is away: that much must not wait. */
export async function leave(id: string, deps: NetworkDeps): Promise<Reply> {
  const known = await findEndpoint(deps, id);
  if (known === undefined) return closeUnknown(id, deps);
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
  if (known === undefined) return closeUnknown(id, deps);
  deps.failPoints.reach('NetworkDriver.DeleteEndpoint', 'before-transaction');
  await dropEndpoint(known.value, deps, () => deps.failPoints.reach('NetworkDriver.DeleteEndpoint', 'after-kernel'));
  deps.failPoints.reach('NetworkDriver.DeleteEndpoint', 'after-transaction');
  return {};
}

type Program = RequestOf<'NetworkDriver.ProgramExternalConnectivity'>;

/** A container's published ports, and who has which: it has the same ports on all its networks, and one of them publishes. */
const heldPorts = (id: string, here: Records<EndpointRecord>): readonly HeldPort[] =>
  [...here.all()].flatMap(({ value }) =>
    value.id !== id && value.external === true && value.gateway === 'routed'
      ? value.published.map((port) => ({
          port,
          by: value.container === undefined ? `endpoint ${value.id.slice(0, 12)}` : `container ${value.container.name}`,
        }))
      : [],
  );

/** Only networks that publish by nftables care: with docker_gwbridge Docker does it all. */
async function findPublishing(id: string, deps: NetworkDeps) {
  const known = await findEndpoint(deps, id);
  const network = known === undefined ? undefined : (await findNetwork(deps.overlay, known.value.network))?.value;
  return known !== undefined && network?.portMode === 'routed' ? { known, network } : undefined;
}

/**
 * Docker tells that a container's published ports lead to this of its attachments; where they can't be had, it takes the
 * refusal and does not start the container. One at a time, or two would get the same.
 */
export async function publish(
  { EndpointID: id, Options }: Program,
  here: Records<EndpointRecord>,
  deps: NetworkDeps,
  signal: AbortSignal,
): Promise<Reply> {
  return deps.locks.hold(
    'ports',
    async () => {
      const found = await findPublishing(id, deps);
      if (found === undefined || found.known.value.external === true) return {};
      const { known, network } = found;
      const wanted = readPublished(Options ?? {}) ?? known.value.published;
      if (wanted.length === 0) return {};
      const published = await chooseHostPorts(wanted, heldPorts(id, here), deps.isPortFree);
      const endpoint = { ...known.value, published, external: true };
      await record(endpoint, known, deps);
      if (endpoint.state === 'joined') await deps.gate.open(endpoint, network, signal);
      return {};
    },
    signal,
  );
}

export async function unpublish(id: string, deps: NetworkDeps, signal: AbortSignal): Promise<Reply> {
  const found = await findPublishing(id, deps);
  if (found?.known.value.external !== true) return {};
  const { external: _before, ...endpoint } = found.known.value;
  await record(endpoint, found.known, deps);
  if (endpoint.state === 'joined') await deps.gate.open(endpoint, found.network, signal);
  return {};
}
