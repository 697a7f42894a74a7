/** Operations besides the lifecycle: effectors of the entity. Attributes that are given: sensors. */
import { scopeOfTemplate } from '../functions/scope.ts';
import { nothingDefined, propertiesOf } from '../definitions/value.ts';
import { declaredAttributesOf } from '../definitions/value.ts';
import { sectionOf } from '../topology/topology.ts';
import type { Value } from '../../model/value.ts';
import type { Draft } from './draft.ts';
import { sensorName } from './express.ts';
import { isLifecycle, membersOf, operationsOf } from './members.ts';
import { readScript } from './script.ts';
import type { Translating } from './translating.ts';
import { valueFor } from './translating.ts';

const commandEffector = 'org.apache.brooklyn.core.effector.ssh.SshCommandEffector';
const staticSensor = 'org.apache.brooklyn.core.sensor.StaticSensor';

export function translateEffectors(draft: Draft, t: Translating): void {
  for (const operation of operationsOf(draft.template)) {
    if (isLifecycle(operation)) continue;
    const script = readScript(operation, draft.template, t);
    const parameters = new Map<string, Value>();
    for (const input of operation.inputs) {
      const value = valueFor(input, draft.template, t);
      if (value !== undefined) parameters.set(input.name, new Map<string, Value>([['defaultValue', value]]));
      t.account.carried(input.node);
    }
    if (script === undefined) continue;
    const config = new Map<string, Value>([
      ['name', `${operation.interface}.${operation.name}`],
      ['command', script.command],
    ]);
    if (parameters.size > 0) config.set('parameters', parameters);
    draft.initializers.push({ type: commandEffector, config });
    t.account.carried(operation.implementation?.node);
  }
}

export function translateAttributes(draft: Draft, t: Translating): void {
  const { template } = draft;
  const declared =
    template.type === undefined
      ? nothingDefined
      : new Map([...propertiesOf(template.type), ...declaredAttributesOf(template.type)]);
  for (const member of membersOf(sectionOf(template, 'attributes'), declared, scopeOfTemplate(template))) {
    if (!member.isOwn) continue;
    const value = valueFor(member, template, t);
    if (value === undefined) continue;
    draft.initializers.push({
      type: staticSensor,
      config: new Map<string, Value>([
        ['name', sensorName(member.name)],
        ['static.value', value],
      ]),
    });
    t.account.carried(member.node);
  }
}
