/** A container's config with its DSL evaluated, as far as a container needs it. */
import type { Value, ValueMap } from '../../model/value.ts';
import type { Instance } from '../instance.ts';
import type { Complain } from '../problems.ts';
import { resolveValue } from '../resolve/resolve.ts';
import type { Scope, SensorReference } from '../resolve/resolve.ts';
import { rowEntries } from './rows.ts';

export type ResolvedConfig =
  | { readonly kind: 'config'; readonly config: ValueMap }
  | { readonly kind: 'waits'; readonly for: readonly SensorReference[] };

/** Ports may be named by other keys, so those are kept too, as they are. */
export function resolveConfig(
  config: ValueMap,
  instance: Instance,
  scope: Scope,
  complainAt: (where: string) => Complain,
): ResolvedConfig {
  const resolved = new Map<string, Value>();
  for (const [key, value] of config) if (typeof key === 'string') resolved.set(key, value);
  const waits: SensorReference[] = [];
  for (const [key, row] of rowEntries) {
    const value = resolved.get(key);
    if (value === undefined || row.kind === 'not-carried') continue;
    const resolution = resolveValue(value, instance, scope);
    if (resolution.kind === 'value') resolved.set(key, resolution.value);
    else if (resolution.kind === 'waits') waits.push(...resolution.for);
    else {
      resolved.delete(key);
      complainAt(`${instance.id}: ${key}`)(
        'deploy-expression',
        `The expression can't be evaluated: ${resolution.why}.`,
      );
    }
  }
  return waits.length > 0 ? { kind: 'waits', for: waits } : { kind: 'config', config: resolved };
}
