/** What a look at the host found: in order, in the way, or worth knowing. */
export type Status = 'ok' | 'warning' | 'error';

export type Finding = {
  /** What was looked at: `kernel`, `engine`. */
  readonly check: string;
  readonly status: Status;
  /** What is so, and where, in one sentence. */
  readonly message: string;
  /** What to do about it; always there unless all is well. */
  readonly hint?: string;
};

export const ok = (check: string, message: string): Finding => ({ check, status: 'ok', message });
export const warning = (check: string, message: string, hint: string): Finding => ({
  check,
  status: 'warning',
  message,
  hint,
});
export const error = (check: string, message: string, hint: string): Finding => ({
  check,
  status: 'error',
  message,
  hint,
});
