/** Outputs of operations, notifications and workflows: each is stored in an attribute (1.3 §3.6.15, 2.0 §9.10). */
import type { Node } from '../../document/node.ts';
import { asMap } from '../definitions/schema.ts';
import type { Findings } from '../findings.ts';
import { queryMember } from '../functions/query.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { sectionFor } from '../sections.ts';

export function checkOutputs(section: Node | undefined, scope: FunctionScope, findings: Findings): void {
  for (const { key, value } of asMap(section)?.entries ?? []) {
    if (value.kind !== 'list' || value.items.length < 2) continue;
    const found = queryMember(
      { kind: 'call', name: 'get_attribute', arguments: value.items, argument: value, at: key.span, node: value },
      'attributes',
      scope,
    );
    if (found.kind !== 'wrong' || scope.unit.incomplete) continue;
    findings.add(found.code, found.message, found.at, {
      section: sectionFor('attributeMapping', findings.version),
      ...(found.hint === undefined ? {} : { hint: found.hint }),
    });
  }
}
