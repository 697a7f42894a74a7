/** Software that is installed by scripts: a software process, inside of what hosts it. */
import type { Value } from '../../model/value.ts';
import type { Draft } from './draft.ts';
import { extendMap } from './draft.ts';
import { environmentEntry, isSameValue, withExports } from './exports.ts';
import { deployedAs, isImage } from '../definitions/artifact.ts';
import { artifactsOfTemplate } from './kind.ts';
import { isLifecycle, operationsOf, propertyMembers } from './members.ts';
import type { Member, Operation } from './members.ts';
import { readScript } from './script.ts';
import type { Translating } from './translating.ts';
import { pathOfFile, valueFor } from './translating.ts';
import { capabilitiesNamed } from './members.ts';

const softwareType = 'org.apache.brooklyn.entity.software.base.VanillaSoftwareProcess';

/** Create, configure, start, stop and delete, by the phases of a software process. */
const phases: Readonly<Record<string, string>> = {
  create: 'install.command',
  configure: 'customize.command',
  start: 'launch.command',
  stop: 'stop.command',
};

export function translateSoftware(draft: Draft, t: Translating): void {
  const { template } = draft;
  draft.type = softwareType;
  for (const member of propertyMembers(template)) {
    const value = valueFor(member, template, t);
    if (value === undefined) continue;
    draft.config.set(member.name, value);
    t.account.carried(member.node);
  }
  translateArtifacts(draft, t);
  const lifecycle = operationsOf(template).filter(isLifecycle);
  // One environment serves all commands, as long as no two want different values under one name.
  const shared = sharedInputs(lifecycle, draft, t);
  extendMap(
    draft,
    'shell.env',
    [...shared].map(([name, value]) => environmentEntry(name, value)),
  );
  for (const operation of lifecycle) translateOperation(draft, operation, shared, t);
  // Without a command Brooklyn would look for a process that was never promised.
  if (!draft.config.has('launch.command')) draft.config.set('launch.command', 'true');
  if (!draft.config.has('checkRunning.command')) draft.config.set('checkRunning.command', 'true');
  if (!draft.config.has('stop.command')) draft.config.set('stop.command', 'true');
  openPorts(draft, t);
}

function inputValues(operation: Operation, draft: Draft, t: Translating): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const input of operation.inputs) {
    const value = valueFor(input, draft.template, t);
    if (value === undefined) continue;
    values.set(input.name, value);
    t.account.carried(input.node);
  }
  return values;
}

function sharedInputs(operations: readonly Operation[], draft: Draft, t: Translating): ReadonlyMap<string, Value> {
  const shared = new Map<string, Value>();
  const conflicting = new Set<string>();
  for (const operation of operations)
    for (const [name, value] of inputValues(operation, draft, t)) {
      const known = shared.get(name);
      if (known !== undefined && !isSameValue(known, value)) conflicting.add(name);
      else shared.set(name, value);
    }
  return new Map([...shared].filter(([name]) => !conflicting.has(name)));
}

function translateOperation(
  draft: Draft,
  operation: Operation,
  shared: ReadonlyMap<string, Value>,
  t: Translating,
): void {
  const script = readScript(operation, draft.template, t);
  if (script === undefined) return;
  const { implementation } = operation;
  const own = new Map([...inputValues(operation, draft, t)].filter(([name]) => !shared.has(name)));
  const command = withExports(own, script.command);
  const key = phases[operation.name];
  if (key !== undefined) draft.config.set(key, command);
  // There is no phase after stop: what deletes is run when it has stopped.
  else if (operation.name === 'delete') draft.config.set('post.stop.command', command);
  else return t.account.lost(implementation?.node, 'The lifecycle has no such phase.');
  if (script.files.size > 0) extendMap(draft, 'files.install', script.files);
  t.account.carried(implementation?.node);
}

/** Files are copied before anything is installed, and told to the scripts by the artifact's name. */
function translateArtifacts(draft: Draft, t: Translating): void {
  for (const artifact of artifactsOfTemplate(draft.template).values()) {
    if (artifact.file === undefined || isImage(artifact)) continue;
    const path = pathOfFile(artifact.file, artifact.unit.file, t);
    const target = deployedAs(artifact);
    extendMap(draft, 'files.preinstall', [[path, target]]);
    extendMap(draft, 'shell.env', [environmentEntry(artifact.name, target)]);
    t.account.carried(artifact.node);
  }
}

/** Ports of its endpoints belong to its host as well; here they are told. */
function openPorts(draft: Draft, t: Translating): void {
  for (const { members } of capabilitiesNamed(draft.template, 'Endpoint'))
    for (const member of members) keepEndpoint(draft, member, t);
}

function keepEndpoint(draft: Draft, member: Member, t: Translating): void {
  if (!member.isOwn) return;
  const value = valueFor(member, draft.template, t);
  if (value === undefined) return;
  if (member.name === 'port') draft.config.set('port', value);
  t.account.adapted(member.node, 'Told to those who connect to it, as part of its address.');
}
