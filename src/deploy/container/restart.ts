/** What the engine does when a container ends: `restartPolicy`, and the fuller `docker.service.restartPolicy`, which wins. */
import { textOf } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Complain } from '../problems.ts';
import type { Fields } from './draft.ts';
import { asInteger } from './readers.ts';

const known = ['no', 'always', 'unless-stopped', 'on-failure'];

export function asRestartPolicy(value: Value, complain: Complain): Fields | undefined {
  // YAML 1.1 reads a bare `no` as false.
  const text = value === false ? 'no' : (textOf(value) ?? '');
  const [name = '', retries] = text.split(':');
  if (!known.includes(name) || (retries !== undefined && (name !== 'on-failure' || !/^\d+$/.test(retries)))) {
    complain(
      'deploy-value',
      `"${text}" is no restart policy.`,
      'There are no, always, unless-stopped, on-failure[:retries].',
    );
    return undefined;
  }
  return { Name: name, MaximumRetryCount: Number(retries ?? 0) };
}

const conditions: ReadonlyMap<string, string> = new Map([
  ['none', 'no'],
  ['no', 'no'],
  ['on-failure', 'on-failure'],
  ['unless-stopped', 'unless-stopped'],
  ['always', 'always'],
  ['any', 'always'],
]);

export function asServiceRestartPolicy(value: Value, complain: Complain): Fields | undefined {
  if (!isMap(value)) {
    complain('deploy-value', 'A restart policy of a service is a map with a condition.');
    return undefined;
  }
  const condition = textOf(value.get('condition')) ?? 'any';
  const name = conditions.get(condition);
  if (name === undefined) {
    complain('deploy-value', `"${condition}" is no condition to restart on.`, 'There are none, on-failure, any.');
    return undefined;
  }
  const attempts = value.get('max_attempts');
  const most = attempts === undefined || attempts === null ? 0 : (asInteger(attempts, complain) ?? 0);
  // The engine counts attempts only for failures.
  return most > 0 && name !== 'no'
    ? { Name: 'on-failure', MaximumRetryCount: most }
    : { Name: name, MaximumRetryCount: 0 };
}
