/** The value of a scalar, by its tag if it has one, else by its look. */
import type { ScalarNode, ScalarValue } from '../node.ts';
import { isTimestamp, resolvePlain } from '../scalars.ts';
import { report, spanFrom } from './composer.ts';
import type { Composer } from './composer.ts';
import type { Token } from './scanner.ts';

const core = 'tag:yaml.org,2002:';

export function composeScalar(c: Composer, token: Token, tag: string | undefined): ScalarNode {
  const { text, style } = token;
  const resolved = style === 'plain' ? resolvePlain(text, c.schema) : text;
  const isDate = c.schema === 'go-yaml' && style === 'plain' && tag === undefined && isTimestamp(text);
  return {
    kind: 'scalar',
    value: tag === undefined ? resolved : taggedValue(c, token, resolved, tag),
    text,
    style,
    ...(tag === undefined ? {} : { tag }),
    ...(isDate ? { timestamp: true } : {}),
    span: spanFrom(c, token.start, token.end),
  };
}

function taggedValue(c: Composer, { text, start, end }: Token, resolved: ScalarValue, tag: string): ScalarValue {
  if (tag === '!' || tag === `${core}str`) return text;
  if (!tag.startsWith(core)) return resolved;
  const value = coreValue(text, c, tag.slice(core.length));
  if (value !== undefined) return value;
  report(c, 'yaml-tag-value', `"${text}" is no ${tag.slice(core.length)}, as its tag says.`, start, end);
  return text;
}

/** Quoted texts are read by their tag as plain ones are: `!!int "3"` is 3. */
function coreValue(text: string, c: Composer, type: string): ScalarValue | undefined {
  const value = resolvePlain(text, c.schema);
  switch (type) {
    case 'int':
      return typeof value === 'bigint' || Number.isInteger(value) ? value : undefined;
    case 'float':
      return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'null':
      return value === null ? value : undefined;
    default:
      return text;
  }
}
