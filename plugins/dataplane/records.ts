/** The records this host's kernel follows: what the store says, and what Docker has just told us and is on its way there. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { decodeEndpoint, decodeNetwork } from '../../src/model/network/decode.ts';
import {
  affinitiesPrefix,
  endpointsPrefix,
  felixConfigurationKey,
  networksPrefix,
  nodeKey,
  nodesPrefix,
} from '../../src/model/network/keys.ts';
import { decodeNode } from '../../src/model/network/node.ts';
import { decodeTunnel, usualTunnel } from '../../src/model/network/tunnel.ts';
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';
import type { Mirror, View } from '../../src/store/index.ts';
import type { Attachment, Records } from './desired.ts';
import { policyPrefixes } from './rules/policy-book.ts';

/** What a mirror for the data plane of a node must hold. */
export const dataplanePrefixes = (node: string): readonly string[] => [
  networksPrefix,
  endpointsPrefix(node),
  `${affinitiesPrefix}${node}/`,
  nodesPrefix,
  felixConfigurationKey,
  ...policyPrefixes,
];

export type RecordKeeper = {
  /**
   * With every attachment that was seen joined and that nobody has closed since. Throws `store-corrupt` while a record that
   * an attachment of this host hangs on can't be read: without it a container that is alive would lose its traffic.
   */
  records(): Records;
  /** Docker joined it; its record may not be here yet. */
  opened(attachment: Attachment): void;
  /** Docker, or the sweeper, wants it gone; its record may still be here. Answers what was known of it. */
  closed(id: string): Attachment | undefined;
  /**
   * Attachments whose record was lost without anybody closing them, as when the store was restored from an older copy:
   * their containers live on, and so does their traffic.
   */
  orphans(): readonly Attachment[];
  /** Forgets orphans whose interface is gone too. */
  bury(isGone: (attachment: Attachment) => boolean): void;
  /** Whether an interface is of an attachment that nobody has closed. */
  isKnown(name: string): boolean;
  onChange(listener: () => void): void;
};

/** The state of a claim: only what is confirmed is this host's own. An empty value is an old way to say confirmed. */
function ownBlock(key: string, value: string): string | undefined {
  const cidr = key.slice(key.lastIndexOf('/') + 1).replace(/-(\d+)$/, '/$1');
  if (value === '') return cidr;
  const claim: unknown = JSON.parse(value);
  const isConfirmed = typeof claim === 'object' && claim !== null && 'state' in claim && claim.state === 'confirmed';
  return isConfirmed ? cidr : undefined;
}

export function keepRecords(mirror: Pick<Mirror, 'view'>, node: string): RecordKeeper {
  const networks: View<NetworkRecord> = mirror.view(networksPrefix, ({ value }) => decodeNetwork(value));
  const endpoints: View<EndpointRecord> = mirror.view(endpointsPrefix(node), ({ value }) => decodeEndpoint(value));
  const blocks: View<string> = mirror.view(`${affinitiesPrefix}${node}/`, ({ key, value }) => ownBlock(key, value));
  const nodes = mirror.view(nodesPrefix, ({ value }) => decodeNode(value));
  const tunnel = mirror.view(felixConfigurationKey, ({ value }) => decodeTunnel(value));
  const known = new Map<string, Attachment>();
  /** Closed, while the store's record still says joined. */
  const closed = new Set<string>();

  /** Only host sides: a record with another name is not one that Clocker wrote. */
  const isJoined = ({ state, interface: name }: EndpointRecord): boolean =>
    state === 'joined' && name.startsWith('cali');

  function takeIn(): Map<string, NetworkRecord> {
    const byId = new Map([...networks.items.values()].map(({ value }) => [value.id, value]));
    const joined = new Set<string>();
    for (const { value } of endpoints.items.values()) {
      if (!isJoined(value)) continue;
      joined.add(value.id);
      const network = byId.get(value.network) ?? known.get(value.id)?.network;
      if (!closed.has(value.id) && network !== undefined) known.set(value.id, { endpoint: value, network });
    }
    for (const id of closed) if (!joined.has(id)) closed.delete(id);
    for (const { network } of known.values()) if (!byId.has(network.id)) byId.set(network.id, network);
    return byId;
  }

  /** What was seen before it became unreadable goes on as it was. */
  function expectReadable(): void {
    const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);
    const lost = [...endpoints.unusable].find((key) => !known.has(idOf(key)) && !closed.has(idOf(key)));
    const hanging = new Set(
      [...endpoints.items.values()].flatMap(({ value }) =>
        isJoined(value) && !known.has(value.id) && !closed.has(value.id) ? [value.network] : [],
      ),
    );
    const key = lost ?? [...networks.unusable].find((one) => hanging.has(idOf(one)));
    if (key !== undefined)
      throw new Fault('store-corrupt', `The record ${key} can't be read; the kernel is left as it is.`, {
        hint: 'Mend it in the store, or delete it when nothing on this host needs it.',
      });
  }

  const isRecorded = ({ endpoint }: Attachment): boolean =>
    [...endpoints.items.values()].some(({ value }) => value.id === endpoint.id && isJoined(value));

  return {
    records: () => {
      const byId = takeIn();
      expectReadable();
      const own = nodes.items.get(nodeKey(node))?.value;
      return {
        attachments: [...known.values()],
        networks: [...byId.values()],
        ownBlocks: [...blocks.items.values()].map(({ value }) => value),
        ...(own === undefined ? {} : { own }),
        nodes: [...nodes.items.values()].map(({ value }) => value).filter(({ name }) => name !== node),
        tunnel: tunnel.items.get(felixConfigurationKey)?.value ?? usualTunnel,
      };
    },
    opened: (attachment) => {
      closed.delete(attachment.endpoint.id);
      known.set(attachment.endpoint.id, attachment);
    },
    closed: (id) => {
      const attachment = known.get(id);
      known.delete(id);
      closed.add(id);
      return attachment;
    },
    orphans: () => [...known.values()].filter((one) => !isRecorded(one)),
    bury: (isGone) => {
      for (const one of known.values()) if (isGone(one) && !isRecorded(one)) known.delete(one.endpoint.id);
    },
    isKnown: (name) => [...known.values()].some(({ endpoint }) => endpoint.interface === name),
    onChange: (listener) => {
      for (const view of [networks, endpoints, blocks, nodes, tunnel]) view.onChange(listener);
    },
  };
}
