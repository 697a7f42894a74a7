/** Networks, and the ports that put nodes on them. */
import { compareAddresses, parseAddress } from '../../ip/address.ts';
import { formatPrefix } from '../../ip/prefix.ts';
import { prefixesOf, rangeFrom } from '../../ip/range.ts';
import { typeName } from '../../model/entity-types.ts';
import type { Value } from '../../model/value.ts';
import { isNamed } from '../functions/context.ts';
import { assignmentsOf } from '../topology/requirement.ts';
import type { Template } from '../topology/topology.ts';
import type { Draft } from './draft.ts';
import { extendList, extendMap } from './draft.ts';
import type { Member } from './members.ts';
import { propertyMembers } from './members.ts';
import type { Translating } from './translating.ts';
import { numberValue, staticValue, textValue, valueFor } from './translating.ts';

/** Properties of the normative network, as VirtualNetwork has them. */
const networkKeys: Readonly<Record<string, string>> = {
  network_name: 'network.id',
  cidr: 'network.cidr',
  gateway_ip: 'network.gateway',
};

const flags: ReadonlySet<string> = new Set(['segmentation_id', 'network_type', 'physical_network']);

export function translateNetwork(draft: Draft, t: Translating): void {
  const { template } = draft;
  draft.type = typeName.network;
  const members = propertyMembers(template);
  for (const member of members) translateNetworkProperty(draft, member, t);
  const [start, end] = ['start_ip', 'end_ip'].map((name) => members.find((member) => member.name === name));
  if (start !== undefined || end !== undefined) translateRange(draft, start, end, t);
  if (!draft.config.has('network.id')) draft.config.set('network.id', template.name);
}

function translateNetworkProperty(draft: Draft, member: Member, t: Translating): void {
  const { account } = t;
  if (member.name === 'start_ip' || member.name === 'end_ip') return;
  const value = valueFor(member, draft.template, t);
  if (value === undefined) return;
  const key = networkKeys[member.name] ?? (member.name.startsWith('network.') ? member.name : undefined);
  if (key !== undefined) {
    draft.config.set(key, value);
    account.carried(member.node);
  } else if (member.name === 'network_id') {
    draft.config.set('network.id', value);
    draft.config.set('network.external', true);
    account.adapted(member.node, 'It exists already: it is used, and neither made nor removed.');
  } else if (member.name === 'ip_version') {
    if (numberValue(value) === 6) draft.config.set('network.ipv6', true);
    account.carried(member.node);
  } else if (flags.has(member.name)) {
    extendMap(draft, 'network.flags', [[member.name, value]]);
    account.adapted(member.node, 'Handed to the network driver as an option.');
  } else if (member.isOwn) account.lost(member.node, 'Addresses are given out by Clocker itself, without DHCP.');
}

/** First and last address, as a block where they are one. */
function translateRange(draft: Draft, start: Member | undefined, end: Member | undefined, t: Translating): void {
  const [first, last] = [start, end].map((member) =>
    member === undefined ? undefined : parseAddress(textValue(staticValue(member, t)) ?? ''),
  );
  const range =
    first === undefined || last === undefined || compareAddresses(first, last) > 0 ? undefined : rangeFrom(first, last);
  const blocks = range === undefined ? [] : prefixesOf(range);
  const [block, second] = blocks;
  for (const member of [start, end]) {
    if (block !== undefined && second === undefined) t.account.carried(member?.node);
    else
      t.account.lost(
        member?.node,
        'Addresses are taken from a block, and these two are not its ends.',
        'Choose addresses that begin and end a block such as 10.0.0.64/26.',
      );
  }
  if (block !== undefined && second === undefined) draft.config.set('network.range', formatPrefix(block));
}

/** A port is bound to a node and linked to a network: that node is on that network, with the address of the port. */
export function translatePort(port: Template, t: Translating): void {
  const target = (name: string): Draft | undefined => {
    const requirement = assignmentsOf(port).find((one) =>
      one.relationshipType === undefined
        ? one.name === name
        : isNamed(one.relationshipType, name === 'binding' ? 'network.BindsTo' : 'network.LinksTo') ||
          one.name === name,
    );
    return requirement?.target.kind === 'template' ? t.drafts.get(requirement.target.template.name) : undefined;
  };
  const bound = target('binding');
  const network = target('link');
  if (bound === undefined || network === undefined)
    return t.account.lost(port.node, 'It is not bound to a node and linked to a network of this template.');
  const node = placeOf(bound);
  const id = textValue(network.config.get('network.id')) ?? network.id;
  extendList(node, 'network.list', [id]);
  const details = new Map<string, Value>();
  for (const member of propertyMembers(port)) translatePortProperty(member, details, port, t);
  if (details.size > 0) extendMap(node, 'network.attachments', [[id, details]]);
  t.account.carried(port.node);
}

/** Software is on the networks of what it runs in. */
export function placeOf(draft: Draft): Draft {
  let place = draft;
  for (let step = 0; place.kind === 'software' && place.parent !== undefined && step < 100; step++)
    place = place.parent;
  return place;
}

function translatePortProperty(member: Member, details: Map<string, Value>, port: Template, t: Translating): void {
  const value = valueFor(member, port, t);
  if (value === undefined || !member.isOwn) return;
  if (member.name === 'ip_address') {
    details.set((textValue(value) ?? '').includes(':') ? 'ipv6_address' : 'ipv4_address', value);
    t.account.carried(member.node);
  } else if (member.name === 'order') {
    // Higher comes first for the engine; the order of ports counts from 0.
    const order = numberValue(value);
    if (order !== undefined) details.set('priority', 1000 - order);
    t.account.adapted(member.node, 'Networks are joined in this order.');
  } else if (member.name === 'is_default') {
    if (value === true) details.set('gw_priority', 1);
    t.account.carried(member.node);
  } else t.account.lost(member.node, 'An address is one, or chosen from the whole pool.', 'Give ip_address.');
}
