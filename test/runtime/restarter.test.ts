/** What ServiceRestarter does of what it sees, as a story: `+` up, `-` failed, `?` unknown; a number is seconds that pass. */
import { expect, test } from 'vitest';
import { newRestarter, observe } from '../../src/runtime/restarter.ts';

function story(text: string, window = 180_000): string {
  let restarter = newRestarter;
  let now = 0;
  const acts: string[] = [];
  for (const step of text.split(' ')) {
    if (/^\d+$/.test(step)) {
      now += Number(step) * 1000;
      continue;
    }
    const health = step === '+' ? 'up' : step === '-' ? 'failed' : 'unknown';
    const found = observe(restarter, health, window, now);
    restarter = found.restarter;
    if (found.act !== undefined) acts.push(`${now / 1000}s ${found.act}`);
  }
  return acts.join(', ');
}

test.each([
  ['+ 5 + 5 ?', '', 'nothing where nothing failed'],
  ['+ 5 - 1 ? 1 +', '5s restart', 'one failure is one restart'],
  ['- 1 ? 400 -', '0s restart, 401s restart', 'a second one later on is mended too'],
  ['+ 5 - 1 + 10 - 1 - 600 -', '5s restart, 16s give up', 'a second one within three minutes is left'],
  ['+ 5 - 1 -', '5s restart, 6s give up', 'one that never came up again has failed again'],
  ['+ 5 - 1 + 10 - 500 + 500 -', '5s restart, 16s give up, 1016s restart', 'until it is up again'],
])('%s: %s', (text, acts) => {
  expect(story(text)).toBe(acts);
});
