/** Wires names: Docker's facts that the DNS part asks for, and the aliases of containers, which only inspecting tells. */
import { readFileSync } from 'node:fs';
import { openDns, readResolvers, type Dns, type DnsOptions } from '../../plugins/dns/index.ts';
import type { ContainerNames } from '../model/network/records.ts';
import { clockOfHost } from '../host/clock.ts';
import type { Docker } from '../host/docker.ts';
import { applyRules } from '../host/nft.ts';
import { entityLabel } from '../deploy/index.ts';
import type { Mirror } from '../store/index.ts';
import { namesOf } from './engine-view.ts';
import type { Log } from './network-plane.ts';

export type NamesOptions = {
  readonly mirror: Mirror;
  readonly node: string;
  readonly docker: Pick<Docker, 'events' | 'container' | 'network'>;
  readonly virtual: NonNullable<DnsOptions['virtual']>;
  readonly learn: (endpoint: string, container: ContainerNames) => Promise<void>;
  readonly log: Log;
  readonly signal: AbortSignal;
};

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export function openNames({ mirror, node, docker, virtual, learn, log, signal }: NamesOptions): Dns {
  const dns = openDns({
    mirror,
    node,
    nameLabels: [entityLabel],
    resolvers: () => readResolvers(readText),
    bridgeAddresses: () => bridgeAddresses(docker),
    virtual,
    rules: applyRules,
    clock: clockOfHost,
    log,
    signal,
  });
  const following = followContainers(docker, { learn, onNetwork: () => dns.lookAtBridge() }, signal).catch(
    (error: unknown) => log('warn', 'the names of containers are learned late', { error: String(error) }),
  );
  return {
    ...dns,
    close: async () => {
      await following;
      await dns.close();
    },
  };
}

/** docker_gwbridge's own names for containers: the last part of the path of their network namespace (libnetwork). */
const gatewayName = /^gateway_(\w+)$/;

async function bridgeAddresses(docker: Pick<Docker, 'network'>): Promise<ReadonlyMap<string, string>> {
  const bridge = await docker.network('docker_gwbridge');
  return new Map(
    Object.values(bridge?.containers ?? {}).flatMap(({ name, ipv4 }) => {
      const sandbox = gatewayName.exec(name)?.[1];
      return sandbox === undefined ? [] : [[sandbox, ipv4.split('/')[0] ?? '']];
    }),
  );
}

type Following = Pick<NamesOptions, 'learn'> & {
  /** A container came to a network or left one: with the last that has a way out, Docker gives it its bridge, or takes it. */
  readonly onNetwork: () => void;
};

/** A container that has started can be inspected without waiting; what is missed here the sweeper finds. */
async function followContainers(
  docker: NamesOptions['docker'],
  { learn, onNetwork }: Following,
  signal: AbortSignal,
): Promise<void> {
  const known = async (container: string): Promise<void> => {
    const found = await docker.container(container);
    if (found === undefined) return;
    for (const { endpoint, aliases } of found.attachments)
      if (endpoint !== '') await learn(endpoint, namesOf(found, aliases));
  };
  for await (const news of docker.events({ types: ['container', 'network'], clock: clockOfHost, signal })) {
    if (news.kind === 'connected' || (news.kind === 'event' && news.event.type === 'network')) onNetwork();
    else if (news.kind === 'event' && (news.event.action === 'start' || news.event.action === 'rename'))
      void known(news.event.id).catch(() => undefined);
  }
}
