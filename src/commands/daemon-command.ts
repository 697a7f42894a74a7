/** What the commands that ask the daemon share: how it is reached, and how a document it refuses is shown. */
import { readFileSync } from 'node:fs';
import { Args, Flags } from '@oclif/core';
import type { Client } from '../client/index.ts';
import { Fault } from '../diagnostic/fault.ts';
import type { Problem, Span } from '../diagnostic/problem.ts';
import type { Problem as SentProblem } from '../api/index.ts';
import { ClockerCommand } from './base.ts';

const group = { helpGroup: 'DAEMON' } as const;

export const daemonFlags = {
  host: Flags.string({
    description: 'daemon to ask: unix:///PATH or https://HOST:7070 (unix:///run/clocker/clocker.sock unless told)',
    env: 'CLOCKER_HOST',
    ...group,
  }),
  'token-file': Flags.string({
    description: 'file with the token it wants over TCP',
    env: 'CLOCKER_TOKEN_FILE',
    ...group,
  }),
  'tls-ca': Flags.string({ description: 'authority its certificate is of, PEM', env: 'CLOCKER_TLS_CA', ...group }),
  'tls-cert': Flags.string({ description: 'certificate to show it, PEM', env: 'CLOCKER_TLS_CERT', ...group }),
  'tls-key': Flags.string({ description: 'key of that certificate, PEM', env: 'CLOCKER_TLS_KEY', ...group }),
};

export type DaemonFlags = {
  readonly host?: string | undefined;
  readonly 'token-file'?: string | undefined;
  readonly 'tls-ca'?: string | undefined;
  readonly 'tls-cert'?: string | undefined;
  readonly 'tls-key'?: string | undefined;
};

/** The flags the environment gives, for a command that does not parse its line. */
export const flagsOfEnvironment = (environment: NodeJS.ProcessEnv): DaemonFlags =>
  Object.fromEntries(
    Object.entries(daemonFlags).flatMap(([name, { env }]) => {
      const value = env === undefined ? undefined : environment[env];
      return value === undefined ? [] : [[name, value]];
    }),
  );

export const applicationArg = Args.string({ description: 'name of an application', required: true });

export abstract class DaemonCommand extends ClockerCommand {
  /** Opens the daemon's API; connects with the first call. */
  protected async daemon(flags: DaemonFlags): Promise<Client> {
    const { defaultDaemon, openClient } = await import('../client/index.ts');
    const read = (path: string | undefined): Buffer | undefined => (path === undefined ? undefined : readSecret(path));
    const token = read(flags['token-file'])?.toString('utf8').trim();
    const [ca, cert, key] = [read(flags['tls-ca']), read(flags['tls-cert']), read(flags['tls-key'])];
    return openClient({
      address: flags.host ?? defaultDaemon,
      ...(token === undefined ? {} : { token }),
      tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
    });
  }

  /** Outputs of an application, if it has any. */
  protected async printOutputs(outputs: Readonly<Record<string, unknown>>): Promise<void> {
    const rows = Object.entries(outputs).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    if (rows.length === 0) return;
    this.log('');
    await this.printTable(['OUTPUT', 'VALUE'], rows, '');
  }

  /** What the daemon found wrong with a document, as if it were found here; `text` is what it was sent. */
  protected async showRejection(problems: readonly SentProblem[], text: string): Promise<void> {
    if (this.wantsJson)
      this.printJson({ error: { code: 'document-invalid', message: 'The application has errors.', problems } });
    else
      await this.showProblems(
        problems.map((one) => placed(one, text)),
        new Map([[sentName, text]]),
      );
    process.exitCode = 1;
  }
}

/** The name under which the daemon reads what it is sent. */
const sentName = 'application.yaml';

/** Offsets are not sent; they follow from line and column. */
export function placed({ code, severity, message, at, hint, spec, related }: SentProblem, text: string): Problem {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const position = (line: number, column: number) => ({ offset: (starts[line - 1] ?? 0) + column - 1, line, column });
  const spanOf = (place: NonNullable<SentProblem['at']>): Span => ({
    file: place.file,
    start: position(place.line, place.column),
    end: position(place.endLine, place.endColumn),
  });
  return {
    code,
    severity,
    message,
    ...(at === undefined ? {} : { at: spanOf(at) }),
    ...(hint === undefined ? {} : { hint }),
    ...(spec === undefined ? {} : { spec }),
    ...(related === undefined ? {} : { related: related.map((one) => ({ message: one.message, at: spanOf(one.at) })) }),
  };
}

function readSecret(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('file-unreadable', `${path} can't be read: ${reason}.`, { cause });
  }
}
