/** Values as environment variables of a script. */
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import { dsl, hasDeferred } from './express.ts';
import { quote } from './script.ts';

/** `export NAME='value'` before the command. What is only known later is formatted in, between double quotes. */
export function withExports(values: ReadonlyMap<string, Value>, command: string): Value {
  if (values.size === 0) return command;
  const named = [...values].map(([name, value]) => ({ name: variableName(name), value }));
  const later = named.filter(({ value }) => hasDeferred(value));
  if (later.length === 0) return [...named.map(exportOf), command].join('\n');
  const format = named.map((one) =>
    hasDeferred(one.value) ? `export ${one.name}="%s"` : exportOf(one).replaceAll('%', '%%'),
  );
  return dsl({
    kind: 'call',
    name: 'formatString',
    arguments: [`${format.join('\n')}\n%s`, ...later.map(({ value }) => value), command],
  });
}

const exportOf = ({ name, value }: { readonly name: string; readonly value: Value }): string =>
  `export ${name}=${quote(environmentText(value))}`;

/** `db-port` can't be the name of a variable; `db_port` can. */
const variableName = (name: string): string => name.replace(/\W/g, '_').replace(/^(?=\d)/, '_');

/** What a container's environment takes: texts, or what becomes one later. */
export const environmentEntry = (name: string, value: Value): readonly [string, Value] => [
  variableName(name),
  hasDeferred(value) ? value : environmentText(value),
];

/** Also of values that are only known later: whether they are told in the same way. */
export const isSameValue = (a: Value, b: Value): boolean => fingerprint(a) === fingerprint(b);

const fingerprint = (value: Value): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part instanceof Map ? [...part] : typeof part === 'bigint' ? `${part}n` : part,
  );

/** Lists and maps as JSON, as other orchestrators hand them over. */
const environmentText = (value: Value): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(plain(value)) : String(value ?? '');

function plain(value: Value): unknown {
  if (isList(value)) return value.map(plain);
  if (isMap(value))
    return Object.fromEntries(
      [...value].flatMap(([key, item]) => (typeof key === 'string' ? [[key, plain(item)]] : [])),
    );
  return typeof value === 'bigint' ? String(value) : value;
}
