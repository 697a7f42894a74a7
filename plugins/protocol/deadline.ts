/**
 * When calls must be answered. Calls that begin at nearly the same time share a signal and a timer: one each would cost a
 * call as much as reading it.
 */
import { setMaxListeners } from 'node:events';
import { Fault } from '../../src/diagnostic/fault.ts';

export type Deadline = {
  readonly signal: AbortSignal;
  /** Resolves when it is over. */
  readonly over: Promise<void>;
};

/** Of the time a call has: so much longer or less may some have. */
const share = 1 / 100;

/** `milliseconds`: what a call has at least. */
export function createDeadlines(milliseconds: number): () => Deadline {
  let current: (Deadline & { readonly until: number }) | undefined;
  const span = milliseconds * share;

  function open(): Deadline & { readonly until: number } {
    const controller = new AbortController();
    const { signal } = controller;
    // Each call that waits listens; their number is no leak.
    setMaxListeners(0, signal);
    const over = new Promise<void>((resolve) => {
      const end = (): void => {
        const message = `The call was not finished within ${milliseconds / 1000} s.`;
        controller.abort(new Fault('deadline-exceeded', message, { transient: true }));
        resolve();
      };
      setTimeout(end, milliseconds + span).unref();
    });
    return { signal, over, until: performance.now() + span };
  }

  return () => {
    if (current === undefined || performance.now() >= current.until) current = open();
    return current;
  };
}
