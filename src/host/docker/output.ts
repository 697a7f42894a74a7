/** What runs in a container: its log, and commands run in it. */
import { Fault } from '../../diagnostic/fault.ts';
import { boolean, integer, nullable, optional, record, text } from '../../shape/index.ts';
import { engineText, expectShape, lenient } from './answers.ts';
import { unreachable } from './failure.ts';
import { readFrames, readRaw, type OutputChunk } from './lines.ts';
import { segment } from './transport.ts';
import type { VersionedTransport } from './version.ts';

export type LogOptions = {
  readonly follow: boolean;
  /** Lines from the end; all when absent. */
  readonly tail?: number;
  /** Seconds since 1970, or RFC 3339. */
  readonly since?: string;
  readonly timestamps: boolean;
  readonly signal: AbortSignal;
};

export type ExecOptions = {
  readonly command: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly privileged?: boolean;
  /** `NAME=value` */
  readonly environment?: readonly string[];
  readonly signal: AbortSignal;
};

export type ExecResult = { readonly exitCode: number; readonly output: string };

export type OutputCalls = {
  /** `tty`: whether the container has a terminal, then the log is not in frames. */
  logs(container: string, tty: boolean, options: LogOptions): AsyncIterable<OutputChunk>;
  /** Runs to its end; the output is clipped to its last 64 KiB. */
  exec(container: string, options: ExecOptions): Promise<ExecResult>;
};

const created = record({ Id: text(engineText) }, lenient);
const ended = record({ Running: optional(boolean()), ExitCode: optional(nullable(integer())) }, lenient);
const deadline = 30_000;
const longestOutput = 64 * 1024;

export const outputCalls = (engine: VersionedTransport): OutputCalls => ({
  async *logs(container, tty, { follow, tail, since, timestamps, signal }) {
    const query = {
      stdout: 'true',
      stderr: 'true',
      follow: String(follow),
      timestamps: String(timestamps),
      ...(tail === undefined ? {} : { tail: String(tail) }),
      ...(since === undefined ? {} : { since }),
    };
    const path = `/containers/${segment(container)}/logs`;
    const answer = await engine.stream({ method: 'GET', path, query, deadline, signal });
    try {
      yield* tty ? readRaw(answer) : readFrames(answer);
    } catch (error) {
      if (!signal.aborted) throw unreachable(engine.host, error);
    } finally {
      answer.destroy();
    }
  },
  exec: async (container, options) => {
    const exec = `/exec/${segment(await createExec(engine, container, options))}`;
    const body = { kind: 'json', value: { Detach: false, Tty: false } } as const;
    const { signal } = options;
    const answer = await engine.stream({ method: 'POST', path: `${exec}/start`, body, deadline, signal });
    let output = Buffer.alloc(0);
    for await (const { bytes } of readFrames(answer)) output = Buffer.concat([output, bytes]).subarray(-longestOutput);
    const result = await engine.call({ method: 'GET', path: `${exec}/json`, deadline });
    const { ExitCode } = expectShape(ended, result.body, 'the end of a command');
    return { exitCode: ExitCode ?? 0, output: output.toString('utf8') };
  },
});

async function createExec(engine: VersionedTransport, container: string, options: ExecOptions): Promise<string> {
  if (options.command.length === 0) throw new Fault('request-invalid', 'A command to run in a container is empty.');
  const value = {
    Cmd: options.command,
    AttachStdout: true,
    AttachStderr: true,
    Privileged: options.privileged ?? false,
    ...(options.user === undefined ? {} : { User: options.user }),
    ...(options.workingDir === undefined ? {} : { WorkingDir: options.workingDir }),
    ...(options.environment === undefined ? {} : { Env: options.environment }),
  };
  const path = `/containers/${segment(container)}/exec`;
  const answer = await engine.call({ method: 'POST', path, body: { kind: 'json', value }, deadline });
  return expectShape(created, answer.body, 'the creation of a command').Id;
}
