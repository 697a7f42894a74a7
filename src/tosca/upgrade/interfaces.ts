/** Interfaces: before 1.3 operations stood beside the keynames. */
import type { Value } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Path } from './upgrading.ts';

const sections: ReadonlySet<string> = new Set(['interface_types', 'interfaces']);

/** The body of an interface, or of an interface type. */
export const isInterface = (path: Path): boolean => path.length >= 2 && sections.has(path.at(-2) ?? '');

const interfaceKeys: ReadonlySet<string> = new Set([
  'type',
  'derived_from',
  'version',
  'metadata',
  'description',
  'inputs',
  'operations',
  'notifications',
]);

/** `isOperation`: of keynames that may also be the name of an operation. */
export function nestOperations(map: ReadonlyMap<string, Value>, isOperation: (name: string) => boolean): Value {
  const isKey = (name: string): boolean => interfaceKeys.has(name) && !isOperation(name);
  const beside = [...map].filter(([name]) => !isKey(name));
  if (beside.length === 0) return map;
  const own = map.get('operations');
  const operations = new Map([...(isMap(own) ? own : []), ...beside]);
  return new Map<string, Value>([
    ...[...map].filter(([name]) => isKey(name) && name !== 'operations'),
    ['operations', operations],
  ]);
}
