/** How much of a machine a node may use: the properties of its `host` capability. */
import type { Value } from '../../model/value.ts';
import { readScalar, unitsOf } from '../data/scalar-unit.ts';
import { builtin } from '../types/data-type.ts';
import type { Draft } from './draft.ts';
import { extendMap } from './draft.ts';
import { capabilityMembers } from './members.ts';
import type { Member } from './members.ts';
import type { Translating } from './translating.ts';
import { numberValue, staticValue, textValue } from './translating.ts';

const sizeUnits = unitsOf(builtin('scalar-unit.size'));

/** `512 MB` -> 512000000. */
function bytesOf(value: Value | undefined): number | undefined {
  const text = textValue(value);
  const read = text === undefined || sizeUnits === undefined ? undefined : readScalar(text, sizeUnits);
  return read?.kind === 'scalar' ? Math.round(read.canonical) : undefined;
}

export function translateResources(draft: Draft, t: Translating): void {
  const host = capabilityMembers(draft.template).find(({ name }) => name === 'host');
  for (const member of host?.members ?? [])
    if (draft.kind === 'machine') needOf(draft, member, t);
    else limitOf(draft, member, t);
}

function limitOf(draft: Draft, member: Member, t: Translating): void {
  const value = staticValue(member, t);
  const bytes = bytesOf(value);
  const number = numberValue(value);
  if (member.name === 'num_cpus' && number !== undefined) {
    draft.config.set('docker.cpus', number);
    t.account.carried(member.node);
  } else if (member.name === 'mem_size' && bytes !== undefined) {
    if (bytes > 0) draft.config.set('docker.memory', bytes);
    t.account.carried(member.node);
  } else if (member.name === 'name' && member.isOwn) {
    t.account.adapted(member.node, 'The container has a name of its own.');
  } else if (member.isOwn) t.account.lost(member.node, 'Docker limits neither the disk nor the clock of a container.');
}

/** What a machine is chosen by, in Brooklyn's words. */
const needs: Readonly<Record<string, string>> = { num_cpus: 'minCores', mem_size: 'minRam', disk_size: 'minDisk' };

function needOf(draft: Draft, member: Member, t: Translating): void {
  const name = needs[member.name];
  const value = staticValue(member, t);
  if (name === undefined || value === undefined) return;
  const bytes = bytesOf(value);
  extendMap(draft, 'provisioning.properties', [
    [name, bytes === undefined ? value : `${Math.ceil(bytes / 2 ** 20)}MB`],
  ]);
  t.account.carried(member.node);
}
