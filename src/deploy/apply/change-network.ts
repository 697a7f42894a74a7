/** Networks and volumes. */
import type { DeployEngine, Tools } from './tools.ts';
import { Fault, isFault } from '../../diagnostic/fault.ts';
import type { Deployment } from '../deployment.ts';
import type { WantedNetwork } from '../network.ts';
import type { Observed } from '../observed.ts';
import { isOf } from '../observed.ts';

export async function createNetwork(network: WantedNetwork, { engine }: Pick<Tools, 'engine'>): Promise<void> {
  try {
    await engine.createNetwork(network.body);
  } catch (error) {
    if (!isFault(error, 'docker-refused')) throw error;
    // Another host's network of this name may have come here in the meantime.
    const known = network.implicit ? await engine.network(network.name) : undefined;
    if (known === undefined) throw networkFailure(network, error);
  }
}

function networkFailure({ name, body }: WantedNetwork, error: Fault): Fault {
  const reason = error.message.replace(/^Docker refused [^:]*: /, '');
  const isMissing = /plugin.*not found|Unable to locate plugin/i.test(reason);
  return new Fault('docker-refused', `The network ${name} could not be made: ${reason}`, {
    cause: error,
    ...(isMissing
      ? { hint: `Docker does not find the network driver "${String(body['Driver'])}"; clocker doctor says more.` }
      : {}),
  });
}

/** Containers of the application that are on it go first; somebody else's are left alone, and then it stays. */
export async function removeNetwork(
  network: { readonly id: string; readonly name: string },
  application: string,
  engine: DeployEngine,
): Promise<void> {
  const known = await engine.network(network.id);
  if (known === undefined) return;
  const others: string[] = [];
  for (const id of Object.keys(known.containers)) {
    const container = await engine.container(id);
    if (container === undefined) continue;
    if (isOf(application, container)) await engine.removeContainer(id);
    else others.push(container.name);
  }
  if (others.length > 0)
    throw new Fault('docker-refused', `The network ${network.name} is in use by ${others.join(', ')}.`, {
      hint: `Disconnect them first: docker network disconnect ${network.name} ${others[0] ?? ''}`,
    });
  await engine.removeNetwork(network.id);
}

/** Removing a network leaves stopped containers that name it; they are made anew with it. */
export const containersOn = (network: WantedNetwork, observed: Observed): readonly string[] =>
  [...observed.own].flatMap(([, { id, attachments }]) =>
    attachments.some(({ network: name }) => name === network.name) ? id : [],
  );

/** What must have been made elsewhere. */
export function requireExternals(deployment: Deployment, observed: Observed): void {
  for (const { name, external } of deployment.networks)
    if (external && !observed.networks.some((known) => known.name === name))
      throw new Fault('network-unknown', `The network ${name} is declared external and is not there.`, {
        hint: `Make it: docker network create -d clocker --ipam-driver clocker ${name}`,
      });
  for (const { name, external } of deployment.volumes)
    if (external && !observed.volumes.some((known) => known.name === name))
      throw new Fault('docker-refused', `The volume ${name} is declared external and is not there.`, {
        hint: `Make it: docker volume create ${name}`,
      });
}
