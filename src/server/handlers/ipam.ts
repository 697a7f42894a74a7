/** Addresses and hosts. */
import { Fault } from '../../diagnostic/fault.ts';
import { formatAddress } from '../../ip/address.ts';
import { contains, parsePrefix, sizeOf } from '../../ip/prefix.ts';
import type { Prefix } from '../../ip/prefix.ts';
import { allocationsOf, ownerOf } from '../../model/network/block.ts';
import type { NodeFacts } from '../../model/network/node.ts';
import { decodePaths, pathsPrefix } from '../../model/network/paths.ts';
import type { Store } from '../../store/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import {
  readAlive,
  readBlocks,
  readEndpoints,
  readHostNames,
  readNodeFacts,
  readPoolUses,
} from '../network-records.ts';

type IpamHandlers = Pick<Handlers, 'listPools' | 'checkIpam' | 'releaseAddress' | 'listNodes' | 'removeNode'>;

export function ipamHandlers({ store, ipam, node, forgetNode }: ServerDeps): IpamHandlers {
  return {
    listPools: () => readPools(store),
    checkIpam: () => ipam.check(),
    releaseAddress: async ({ body }) => {
      const endpoints = await readEndpoints(store);
      const holder = endpoints.find(({ ipv4, ipv6 }) => ipv4 === body.address || ipv6 === body.address);
      if (holder !== undefined && body.force !== true)
        throw new Fault(
          'address-taken',
          `The endpoint ${holder.id.slice(0, 12)} on ${holder.node} has ${body.address}.`,
          { hint: 'Stop its container; or --force, when you are sure that nothing uses it.' },
        );
      await ipam.release(body.address);
      return undefined;
    },
    listNodes: () => readNodes(store, node),
    removeNode: async ({ params }) => {
      if (params.node === node)
        throw new Fault('request-invalid', 'A host does not forget itself while its daemon runs.', {
          hint: 'Stop the daemon there, and ask another one.',
        });
      await forgetNode(params.node);
      return undefined;
    },
  };
}

async function readPools(store: Store) {
  const [uses, blocks] = await Promise.all([readPoolUses(store), readBlocks(store)]);
  return uses.flatMap((use) => {
    const pool = parsePrefix(use.cidr);
    if (pool === undefined) return [];
    const own = blocks.filter(({ cidr }) => isIn(cidr, pool));
    return [
      {
        cidr: use.cidr,
        ...(use.network === undefined ? {} : { network: use.network }),
        blocks: own.length,
        allocated: own.reduce((sum, block) => sum + [...allocationsOf(block)].length, 0),
        capacity: sizeOf(pool).toString(),
        nodes: use.nodes,
        parts: own.map((block) => {
          const owner = ownerOf(block);
          const allocated = [...allocationsOf(block)].length;
          return { cidr: block.cidr, allocated, ...(owner === undefined ? {} : { node: owner }) };
        }),
      },
    ];
  });
}

function isIn(cidr: string, pool: Prefix): boolean {
  const block = parsePrefix(cidr);
  return block !== undefined && block.length >= pool.length && contains(pool, block.first);
}

async function readNodes(store: Store, self: string) {
  const [endpoints, blocks, hosts, facts, alive, paths] = await Promise.all([
    readEndpoints(store),
    readBlocks(store),
    readHostNames(store),
    readNodeFacts(store),
    readAlive(store),
    readBlockedPaths(store, self),
  ]);
  const factsOf = new Map(facts.map((one) => [one.name, one]));
  return [...new Set([self, ...hosts, ...factsOf.keys()])].sort().map((name) => {
    const { ipv4, ipv6 } = factsOf.get(name) ?? {};
    const upSince = alive.get(name);
    return {
      name,
      addresses: [ipv4, ipv6].flatMap((cidr) => (cidr === undefined ? [] : [formatAddress(cidr.address)])),
      isSelf: name === self,
      // The host that answers runs, whether it could say so to the others or not.
      isUp: name === self || alive.has(name),
      ...(upSince === undefined ? {} : { upSince }),
      ...(name === self ? {} : pathBetween(factsOf.get(self), factsOf.get(name), paths.get(name))),
      endpoints: endpoints.filter((endpoint) => endpoint.node === name).length,
      blocks: blocks.filter((block) => ownerOf(block) === name).map(({ cidr }) => cidr),
    };
  });
}

/** Why packets to a host need a tunnel, as either host found it out. */
async function readBlockedPaths(store: Store, self: string): Promise<ReadonlyMap<string, string>> {
  const blocked = new Map<string, string>();
  for (const { key, value } of (await store.list(pathsPrefix)).entries) {
    const teller = key.slice(pathsPrefix.length);
    const told = decodePaths(value) ?? {};
    if (teller === self) for (const [peer, why] of Object.entries(told)) blocked.set(peer, why);
    else if (told[self] !== undefined && !blocked.has(teller)) blocked.set(teller, `${teller} says: ${told[self]}`);
  }
  return blocked;
}

function pathBetween(
  own: NodeFacts | undefined,
  peer: NodeFacts | undefined,
  why: string | undefined,
): { readonly path?: string } {
  if (own === undefined || peer === undefined) return {};
  if (why !== undefined) return { path: `by the tunnel: ${why}` };
  const isNear = [
    [own.ipv4, peer.ipv4],
    [own.ipv6, peer.ipv6],
  ].some(([here, there]) => here !== undefined && there !== undefined && contains(here.prefix, there.address));
  return {
    path: isNear ? 'directly: it is on the network of this host' : 'by the tunnel: it is on no network of this host',
  };
}
