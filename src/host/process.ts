/** The only place that starts programs: an argv array, never a shell; bounded in time and in what it may print. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { Fault } from '../diagnostic/fault.ts';

export type Argv = readonly [string, ...string[]];

export type Finished = {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunOptions = {
  /** Given on standard input; nothing otherwise. */
  readonly input?: string;
  /** Milliseconds; 10 s unless told. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Told the process id as soon as there is one. */
  readonly onStart?: (pid: number) => void;
};

const mostOutput = 64 * 1024 * 1024;

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export const start = ([program, ...args]: Argv, env = process.env): Child => {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], shell: false, env });
  // A program that ends before it has read all of its input is judged by its status.
  child.stdin.on('error', () => undefined);
  return child;
};

/** Runs a program to its end. Throws `command-missing`, `deadline-exceeded`, or the signal's reason; any status is a result. */
export function run(argv: Argv, options: RunOptions = {}): Promise<Finished> {
  const [program, first = ''] = argv;
  const child = start(argv);
  return new Promise((resolve, reject) => {
    if (child.pid !== undefined) options.onStart?.(child.pid);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    let ended: Error | undefined;
    const stop = (error: Error): void => {
      ended ??= error;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(
      () => stop(new Fault('deadline-exceeded', `${program} ${first} did not finish in time.`, { transient: true })),
      options.timeout ?? 10_000,
    );
    const abort = (): void =>
      stop(new Fault('deadline-exceeded', `${program} was given up.`, { cause: options.signal?.reason }));
    options.signal?.addEventListener('abort', abort, { once: true });
    const collect = (into: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostOutput) stop(new Fault('command-failed', `${program} printed more than ${mostOutput} bytes.`));
      else into.push(chunk);
    };
    child.stdout.on('data', collect(out));
    child.stderr.on('data', collect(err));
    child.on('error', (cause) => {
      ended ??= missing(program, cause);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
      if (ended !== undefined) reject(ended);
      else
        resolve({
          status: code ?? 255,
          stdout: Buffer.concat(out).toString('utf8'),
          stderr: Buffer.concat(err).toString('utf8'),
        });
    });
    child.stdin.end(options.input ?? '');
  });
}

/** Whether this process goes on for as long as the child does. */
export function keepAlive(child: Child, isKept: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr]) {
    if (part !== child && !(part instanceof Socket)) continue;
    if (isKept) part.ref();
    else part.unref();
  }
}

export const missing = (program: string, cause: Error): Fault =>
  new Fault('command-missing', `${program} can't be run: ${cause.message}`, {
    cause,
    hint: 'Run clocker doctor: it names the packages that are missing.',
  });

/** As `run`, but a status other than 0 is a `command-failed` with the program's own words. */
export async function runChecked(argv: Argv, options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await run(argv, options);
  if (status === 0) return stdout;
  const words = (stderr.trim() === '' ? stdout : stderr).trim().slice(0, 2000);
  throw new Fault('command-failed', `${argv.slice(0, 3).join(' ')} failed with status ${status}: ${words}`);
}

/** Milliseconds: what is printed within them is read at once. Reading each line as it comes costs a busy host much more. */
const breath = 20;

/** Runs a program that goes on printing, until it ends by itself or the signal ends it. Never throws. */
export function followLines(argv: Argv, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  const [program, ...args] = argv;
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], shell: false });
    const end = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', end, { once: true });
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      child.stdout.pause();
      setTimeout(() => child.stdout.resume(), breath);
      for (const line of lines) onLine(line);
    });
    const over = (): void => {
      signal.removeEventListener('abort', end);
      resolve();
    };
    child.on('error', over);
    child.on('close', over);
  });
}
