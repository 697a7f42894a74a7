/** Programs that go on, by a Node script in the part of `ip`: it complains about words it does not know, with the line's number. */
import { expect, test } from 'vitest';
import { endWord, openConversation, type Conversation } from '../../src/host/conversation.ts';
import { isFault } from '../../src/diagnostic/fault.ts';

const script = `
let line = 0;
require('node:readline').createInterface({ input: process.stdin }).on('line', (said) => {
  line++;
  if (said === 'die') process.exit(3);
  if (said === 'sleep') return;
  if (said !== 'fine') process.stderr.write('unknown "' + said + '" for ' + process.pid + '\\nCommand failed -:' + line + '\\n');
});`;

const open = (): Conversation =>
  openConversation({
    argv: [process.execPath, '-e', script],
    complaint: new RegExp(`[^\\n]*"${endWord}"[^\\n]*\\nCommand failed [^\\n]*\\n`),
  });

test('answers what was said about each text, and how many lines came before', async () => {
  const told = open();
  const [one, two, three] = await Promise.all([told.ask('fine\n'), told.ask('fine\nbad\n'), told.ask('fine\n')]);
  expect(one).toEqual({ errors: '', linesBefore: 0 });
  expect(two.errors).toMatch(/^unknown "bad" for \d+\nCommand failed -:4\n$/);
  expect(two.linesBefore).toBe(2);
  expect(three).toEqual({ errors: '', linesBefore: 5 });
});

test('a new process is told the next text when the old one has done its last', async () => {
  const told = open();
  const done: string[] = [];
  const slow = told.ask(`${'fine\n'.repeat(20_000)}bad\n`).then(({ errors }) => done.push(errors.slice(0, 13)));
  told.renew();
  const next = told
    .ask('worse\n')
    .then(({ errors, linesBefore }) => done.push(`${errors.slice(0, 15)} ${linesBefore}`));
  const last = told.ask('fine\n').then(({ linesBefore }) => done.push(String(linesBefore)));
  await Promise.all([slow, next, last]);
  expect(done).toEqual(['unknown "bad"', 'unknown "worse" 0', '2']);
});

test('all who wait for one that ends are told', async () => {
  const told = open();
  const asked = [told.ask('sleep\n'), told.ask('die\n'), told.ask('fine\n')];
  const results = await Promise.allSettled(asked);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await told.ask('fine\n')).toEqual({ errors: '', linesBefore: 0 });
});

test('goes on with a new process when asked to, and when the old one ended', async () => {
  const told = open();
  const pids: number[] = [];
  const onStart = (pid: number): void => void pids.push(pid);
  await told.ask('fine\n', { onStart });
  await told.ask('fine\n', { onStart });
  told.renew();
  expect(await told.ask('fine\n', { onStart })).toEqual({ errors: '', linesBefore: 0 });
  await expect(told.ask('die\n', { onStart })).rejects.toSatisfy((error) => isFault(error, 'command-failed'));
  expect(await told.ask('fine\n', { onStart })).toEqual({ errors: '', linesBefore: 0 });
  expect(pids[1]).toBe(pids[0]);
  expect(new Set(pids).size).toBe(3);
});

test('gives up on one that does not answer', async () => {
  const told = openConversation({ argv: ['sleep', '100'], complaint: new RegExp(endWord) });
  await expect(told.ask('fine\n', { timeout: 50 })).rejects.toSatisfy((error) => isFault(error, 'deadline-exceeded'));
});

test('a program that is not there is a fault', async () => {
  const told = openConversation({ argv: ['clocker-no-such-program'], complaint: new RegExp(endWord) });
  await expect(told.ask('fine\n')).rejects.toSatisfy((error) => isFault(error, 'command-missing'));
});
