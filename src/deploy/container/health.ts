/** `healthcheck`: {test, interval, timeout, retries, start_period, start_interval, disable}. */
import type { Value } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import { textOf } from '../../model/read.ts';
import type { Complain } from '../problems.ts';
import { put } from './draft.ts';
import type { Fields } from './draft.ts';
import { asBoolean, asInteger, asNanoseconds, asTexts } from './readers.ts';

const durations = [
  ['interval', 'Interval'],
  ['timeout', 'Timeout'],
  ['start_period', 'StartPeriod'],
  ['start_interval', 'StartInterval'],
] as const;

/** The test run through the image's shell where it is one text, as Compose and Docker have it. */
function testOf(value: Value, complain: Complain): readonly string[] | undefined {
  const text = textOf(value);
  if (text !== undefined) return ['CMD-SHELL', text];
  const words = asTexts(value, complain);
  const kind = words?.[0] ?? '';
  if (words === undefined || ['NONE', 'CMD', 'CMD-SHELL'].includes(kind)) return words;
  complain('deploy-value', 'A health check written as a list begins with NONE, CMD or CMD-SHELL.');
  return undefined;
}

export function asHealthcheck(value: Value, complain: Complain): Fields | undefined {
  if (!isMap(value)) {
    complain('deploy-value', 'A health check is a map with a test.');
    return undefined;
  }
  const disabled = value.get('disable');
  if (disabled !== undefined && asBoolean(disabled, complain) === true) return { Test: ['NONE'] };
  const fields: Fields = {};
  const test = value.get('test');
  if (test !== undefined && test !== null) put(fields, 'Test', testOf(test, complain));
  for (const [name, field] of durations) {
    const said = value.get(name);
    if (said !== undefined && said !== null) put(fields, field, asNanoseconds(said, complain));
  }
  const retries = value.get('retries');
  if (retries !== undefined && retries !== null) put(fields, 'Retries', asInteger(retries, complain));
  return fields;
}
