import { expect, test } from 'vitest';
import { createLocks } from '../../../plugins/protocol/index.ts';

function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

test('one key at a time, in order; other keys beside it', async () => {
  const locks = createLocks();
  const log: string[] = [];
  const first = gate();
  const work = (name: string, wait: Promise<void>) => async () => {
    log.push(`${name} begins`);
    await wait;
    log.push(`${name} ends`);
  };
  const all = [
    locks.hold('a', work('a1', first.passed)),
    locks.hold('a', work('a2', Promise.resolve())),
    locks.hold('b', work('b1', Promise.resolve())),
  ];
  await all[2];
  first.open();
  await Promise.all(all);
  expect(log).toEqual(['a1 begins', 'b1 begins', 'b1 ends', 'a1 ends', 'a2 begins', 'a2 ends']);
});

test('a failure is its caller’s alone', async () => {
  const locks = createLocks();
  const failing = locks.hold('a', () => Promise.reject(new Error('no')));
  const next = locks.hold('a', () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('who waited too long is never begun', async () => {
  const locks = createLocks();
  const first = gate();
  const over = new AbortController();
  let begun = false;
  const holding = locks.hold('a', () => first.passed);
  const waiting = locks.hold(
    'a',
    () => {
      begun = true;
      return Promise.resolve();
    },
    over.signal,
  );
  over.abort(new Error('late'));
  first.open();
  await holding;
  await expect(waiting).rejects.toThrow('late');
  expect(begun).toBe(false);
});
