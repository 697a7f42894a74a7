/** Policies: targets that exist and are of the types the policy's type allows, and their triggers. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { asMap } from '../definitions/schema.ts';
import { propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { scopeOfTemplate } from '../functions/scope.ts';
import type { Template, Topology } from '../topology/topology.ts';
import { sectionOf } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { checkAssignments } from './assignments.ts';
import { allowedTypes, checkAllowed } from './groups.ts';
import { requireType } from './names.ts';
import { checkTriggers } from './triggers.ts';
import { sectionFor } from '../sections.ts';

const specOf = (findings: Findings): string => sectionFor('policy', findings.version);

export function checkPolicies(topology: Topology, findings: Findings): void {
  const names = new Set<string>();
  for (const policy of topology.policies) {
    if (names.has(policy.name))
      findings.add('DuplicateName', `There is a policy "${policy.name}" already.`, policy.at, {
        section: specOf(findings),
      });
    names.add(policy.name);
    const { type, at } = policy;
    const scope = scopeOfTemplate(policy);
    requireType(sectionOf(policy, 'type'), 'policy', topology.unit, findings);
    checkAssignments(
      sectionOf(policy, 'properties'),
      type === undefined ? undefined : propertiesOf(type),
      scope,
      findings,
      {
        kind: 'property',
        owner: `"${policy.name}"`,
        at,
        requireAll: true,
      },
    );
    const list = sectionOf(policy, 'targets');
    const targets = list?.kind === 'list' ? checkTargets(list.items, policy, findings) : undefined;
    checkTriggers(asMap(sectionOf(policy, 'triggers')), scope, targets, findings);
  }
}

/** `undefined` where not all targets are known. */
function checkTargets(items: readonly Node[], policy: Template, findings: Findings): readonly Template[] | undefined {
  const { topology, type } = policy;
  const allowed = type === undefined ? undefined : allowedTypes(type, 'targets');
  const targets: Template[] = [];
  for (const item of items) {
    const name = textOf(item);
    if (name === undefined) continue;
    const target = topology.nodes.get(name) ?? topology.groups.get(name);
    if (target === undefined) {
      const hint = didYouMean(name, [...topology.nodes.keys(), ...topology.groups.keys()]);
      findings.add('UnknownMember', `No node template or group "${name}" is in this topology.`, item.span, {
        section: specOf(findings),
        ...(hint === undefined ? {} : { hint }),
      });
    } else {
      targets.push(target);
      checkAllowed(target, item, allowed, `The policy type "${type?.name ?? ''}"`, specOf(findings), findings);
    }
  }
  return targets.length === items.length ? targets : undefined;
}
