/** Ports of endpoints and of Docker's own capability. */
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import { isNamed } from '../functions/context.ts';
import type { Draft } from './draft.ts';
import { extendList, extendMap } from './draft.ts';
import { capabilitiesNamed } from './members.ts';
import type { Member } from './members.ts';
import type { Translating } from './translating.ts';
import { numberValue, staticValue, textValue } from './translating.ts';

/** An endpoint's port is open on its networks; that of a public one, or of the network PUBLIC, is published on the host. */
export function publishEndpoints(draft: Draft, t: Translating): void {
  for (const { definition, members } of capabilitiesNamed(draft.template, 'Endpoint')) {
    const port = members.find(({ name }) => name === 'port');
    const number = port === undefined ? undefined : numberValue(staticValue(port, t));
    const network = members.find(({ name }) => name === 'network_name');
    const isPublic =
      (definition.type !== undefined && isNamed(definition.type, 'Endpoint.Public')) ||
      (network?.isOwn === true && textValue(staticValue(network, t)) === 'PUBLIC');
    if (number !== undefined)
      extendList(draft, isPublic ? 'docker.container.directPorts' : 'docker.container.openPorts', [number]);
    for (const member of members) accountEndpoint(member, number, isPublic, t);
    const ports = members.find(({ name }) => name === 'ports');
    if (ports !== undefined) publishMap(draft, ports, isPublic, t);
  }
}

function accountEndpoint(member: Member, port: number | undefined, isPublic: boolean, t: Translating): void {
  if (member.name === 'port' && port !== undefined) return t.account.carried(member.node);
  if (member.name === 'network_name')
    return t.account.adapted(
      member.node,
      isPublic ? 'The port is published on the host.' : 'Reached on the networks it is on.',
    );
  if (member.name !== 'ports')
    t.account.adapted(member.node, 'Told to those who connect to it, as part of its address.');
}

function publishMap(draft: Draft, member: Member, isPublic: boolean, t: Translating): void {
  const value = staticValue(member, t);
  if (!isMap(value)) return;
  for (const spec of value.values()) publishSpec(draft, spec, isPublic);
  t.account.carried(member.node);
}

/** `target` is the port of the one who has it; `source` that of whoever comes. */
function publishSpec(draft: Draft, spec: Value, isPublic: boolean): void {
  if (!isMap(spec)) return;
  const protocol = textValue(spec.get('protocol')) ?? 'tcp';
  const suffix = protocol === 'tcp' ? '' : `/${protocol}`;
  const inside = numberValue(spec.get('target') ?? spec.get('source'));
  if (inside === undefined) return;
  const key = isPublic ? 'docker.container.directPorts' : 'docker.container.openPorts';
  extendList(draft, key, [suffix === '' ? inside : `${inside}${suffix}`]);
}

/** The capability Container.Docker of the node itself: `source` is the port of the container, `target` that of the host. */
export function publishSpecs(draft: Draft, t: Translating): void {
  for (const { members } of capabilitiesNamed(draft.template, 'Container.Docker'))
    for (const member of members) publishDocker(draft, member, t);
}

function publishDocker(draft: Draft, member: Member, t: Translating): void {
  const value = staticValue(member, t);
  if (member.name === 'publish_ports' && isList(value)) {
    for (const spec of value) publishBinding(draft, spec);
    t.account.carried(member.node);
  } else if (member.name === 'expose_ports' && isList(value)) {
    for (const spec of value)
      publishSpec(
        draft,
        isMap(spec) && spec.has('source') ? new Map([...spec, ['target', spec.get('source') ?? null]]) : spec,
        false,
      );
    t.account.carried(member.node);
  } else if (member.name === 'volumes' && isList(value)) {
    extendList(draft, 'docker.container.volumes.export', value);
    t.account.carried(member.node);
  } else if (member.isOwn)
    t.account.lost(member.node, 'Clocker chooses the host and the engine itself.', 'Use a placement policy.');
}

function publishBinding(draft: Draft, spec: Value): void {
  if (!isMap(spec)) return;
  const protocol = textValue(spec.get('protocol')) ?? 'tcp';
  const suffix = protocol === 'tcp' ? '' : `/${protocol}`;
  const inside = numberValue(spec.get('source'));
  const outside = numberValue(spec.get('target'));
  if (inside !== undefined && outside !== undefined)
    extendMap(draft, 'docker.container.portBindings', [
      [`${outside}${suffix}`, suffix === '' ? inside : `${inside}${suffix}`],
    ]);
  else if (inside !== undefined || outside !== undefined)
    extendList(draft, 'docker.container.directPorts', [`${inside ?? outside ?? 0}${suffix}`]);
}
