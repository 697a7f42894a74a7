/** Processes that run for as long as the lab does. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export type LabProcess = {
  /** Of the program itself, as this machine counts; not that of `nsenter` before it. */
  readonly pid: number;
  readonly exited: Promise<number>;
  isRunning(): boolean;
  kill(signal: NodeJS.Signals): void;
};

/** Until something holds; looks every 20 ms. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  seconds = 20,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`It took more than ${seconds} s until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function childOf(pid: number): number | undefined {
  try {
    const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0];
    return first === undefined || first === '' ? undefined : Number(first);
  } catch {
    return undefined;
  }
}

/**
 * Starts a program whose first step is `unshare --fork` or `nsenter --pid`, which both fork: the pid answered is that of
 * their child. Its output goes to a file.
 */
export async function startForked(argv: readonly string[], log: string): Promise<LabProcess> {
  const [program = '', ...args] = argv;
  const out = openSync(log, 'a');
  const child = spawn(program, args, { stdio: ['ignore', out, out] });
  closeSync(out);
  let status: number | undefined;
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(255));
    child.once('close', (code) => resolve(code ?? 255));
  });
  void exited.then((code) => {
    status = code;
  });
  const pid = await until(`${program} has started ${args.at(-1)}`, () => {
    if (status !== undefined) throw new Error(`${argv.join(' ')} ended with status ${status}: see ${log}`);
    return child.pid === undefined ? undefined : childOf(child.pid);
  });
  return {
    pid,
    exited,
    isRunning: () => status === undefined,
    kill: (signal) => {
      try {
        process.kill(pid, signal);
        // A stopped child stops the one who entered with it too, and only we can make that one go on.
        if (signal === 'SIGCONT' || signal === 'SIGKILL') child.kill('SIGCONT');
      } catch {
        // Gone already.
      }
    },
  };
}
