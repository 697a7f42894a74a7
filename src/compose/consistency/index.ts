/** Whether what the services say about themselves and each other can be true at once (compose-go, loader/validate.go). */
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { entriesOf, keyOf, textOf } from '../nodes.ts';
import type { Report } from '../problems.ts';
import { castText } from '../stages/interpolate.ts';
import { attributeRules, checkContainerNames } from './attributes.ts';
import { checkCycles } from './cycles.ts';
import { referenceRules } from './references.ts';
import type { Whole } from './rule.ts';

export { namesIn } from './rule.ts';
export type { Whole } from './rule.ts';

export function checkConsistency(tree: MapNode, whole: Whole): void {
  for (const { key, value } of entriesOf(valueOf(tree, 'services'))) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    if (value.kind !== 'map' || !whole.services.has(name)) continue;
    for (const rule of [...attributeRules, ...referenceRules]) rule(value, name, whole, key);
  }
  checkCycles(whole);
  checkContainerNames(whole);
}

const isSaidFalse = (node: Node): boolean =>
  node.kind === 'scalar' && node.value === false && castText('flag', node.text) === false;

/** `tree`: as it was written, `external: false` and all. */
export function checkSecrets(tree: MapNode, report: Report): void {
  const says = (secret: Node, key: string): boolean => valueOf(secret, key) !== undefined;
  for (const entry of entriesOf(valueOf(tree, 'secrets'))) {
    const { key, value } = entry;
    // With neither a driver nor "external" the check of the attributes has found it.
    if (!says(value, 'driver') && !says(value, 'external')) continue;
    const external = valueOf(value, 'external');
    // Anything but a flag has been told.
    const mayBeExternal = external !== undefined && !isSaidFalse(external);
    if (mayBeExternal || ['file', 'environment'].some((source) => textOf(valueOf(value, source)) !== undefined))
      continue;
    report('source-missing', `The secret "${keyOf(entry)}" needs a file or environment.`, key.span);
  }
}
