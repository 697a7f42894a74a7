/** What can be seen to fail before anything is touched: names and ports that somebody else has. */
import { Fault } from '../../diagnostic/fault.ts';
import type { WantedContainer } from '../container/desired.ts';
import { fixedPort, overlaps } from '../container/ports.ts';
import type { PortBinding } from '../container/ports.ts';
import type { Deployment } from '../deployment.ts';
import { isOf } from '../observed.ts';
import type { Observed } from '../observed.ts';
import { foreignNetworks } from '../plan.ts';
import { requireExternals } from './change-network.ts';
import type { Tools } from './tools.ts';

export async function preflight(
  deployment: Deployment,
  observed: Observed,
  wanted: readonly WantedContainer[],
  tools: Pick<Tools, 'isPortFree'>,
): Promise<void> {
  requireExternals(deployment, observed);
  refuseForeignNetworks(deployment, observed);
  refuseForeignNames(deployment, observed, wanted);
  for (const { name, published } of wanted)
    for (const port of published) await refuseTakenPort(port, name, deployment, observed, tools);
}

function refuseForeignNetworks(deployment: Deployment, observed: Observed): void {
  const [first] = foreignNetworks(deployment, observed);
  if (first === undefined) return;
  const owner = first.owner === undefined ? 'made by hand or by another tool' : `the application "${first.owner}"'s`;
  throw new Fault('docker-refused', `There is a network called ${first.network.name} already; it is ${owner}.`, {
    hint: `Remove it (docker network rm ${first.network.name}), give yours another name, or use it as it is: "external: true".`,
  });
}

function refuseForeignNames(deployment: Deployment, observed: Observed, wanted: readonly WantedContainer[]): void {
  for (const { name } of wanted) {
    const other = observed.all.find((container) => container.name === name);
    if (other === undefined || isOf(deployment.application, other)) continue;
    throw new Fault(
      'docker-refused',
      `There is a container called ${name} already, and it is not this application's.`,
      {
        hint: `Remove it (docker rm -f ${name}) or rename it (docker rename), or give yours another name.`,
      },
    );
  }
}

/** Ranges are the engine's affair: it takes one that is free. */
async function refuseTakenPort(
  binding: PortBinding,
  name: string,
  deployment: Deployment,
  observed: Observed,
  tools: Pick<Tools, 'isPortFree'>,
): Promise<void> {
  const port = fixedPort(binding);
  const { address, protocol } = binding;
  if (port === undefined) return;
  const holders = observed.all.filter(({ ports }) =>
    ports.some((one) => one.hostPort === port && one.protocol === protocol && overlaps(one.address, address)),
  );
  const other = holders.find((container) => !isOf(deployment.application, container));
  const mine = holders.length > 0;
  if (other === undefined && (mine || (await tools.isPortFree({ address, port, protocol })))) return;
  const by = other === undefined ? 'a program on this host' : `the container ${other.name}`;
  throw new Fault('port-taken', `${name} is to publish port ${port}/${protocol}, which ${by} has.`, {
    hint:
      other === undefined
        ? `See which: ss -ltnup 'sport = :${port}'. Or publish another port.`
        : 'Stop it, or publish another port.',
  });
}
