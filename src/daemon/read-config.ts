/** The configuration of a daemon: what it was told outright (flags, environment) wins over the file, that over what is usual. */
import { readFile } from 'node:fs/promises';
import { Fault } from '../diagnostic/fault.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { plainPaint, renderProblem } from '../diagnostic/render.ts';
import { checkConfig, defaultConfig, type DaemonConfig } from './config.ts';
import { parseConfigFile, type GivenConfig } from './config-file.ts';

/** Read when it is there and no other is named. */
export const standardConfigFile = '/etc/clocker/clocker.yaml';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

async function readGiven(file: string | undefined): Promise<GivenConfig> {
  const path = file ?? standardConfigFile;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (file === undefined && codeOf(cause) === 'ENOENT') return {};
    throw new Fault('file-unreadable', `The configuration ${path} can't be read.`, { cause });
  }
  const { value, problems } = parseConfigFile(text, path);
  if (!hasErrors(problems)) return value;
  const lines = problems.map((problem) => renderProblem(problem, () => text, plainPaint));
  throw new Fault('request-invalid', `The configuration can't be used.\n${lines.join('\n')}`);
}

/** `host`: this machine's name. */
export async function readConfig(told: GivenConfig, file: string | undefined, host: string): Promise<DaemonConfig> {
  const given = { ...(await readGiven(file)), ...told };
  const config = { ...defaultConfig(given.nodeName ?? host.toLowerCase()), ...given };
  checkConfig(config);
  return config;
}

/** What the API needs to be served by TCP; read before anything is opened, so that a typing mistake opens nothing. */
export type Credentials = {
  readonly token?: string;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer; readonly ca?: Buffer };
};

const read = (path: string): Promise<Buffer> =>
  readFile(path).catch((cause: unknown) => {
    throw new Fault('file-unreadable', `${path} can't be read.`, { cause });
  });

export async function readCredentials({ tokenFile, tlsCert, tlsKey, tlsCa }: DaemonConfig): Promise<Credentials> {
  const token = tokenFile === undefined ? undefined : (await read(tokenFile)).toString('utf8').trim();
  if (token !== undefined && token.length < shortestToken)
    throw new Fault('request-invalid', `The token in ${tokenFile} is shorter than ${shortestToken} characters.`, {
      hint: 'Make one that nobody guesses: openssl rand -hex 32',
    });
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? undefined
      : {
          cert: await read(tlsCert),
          key: await read(tlsKey),
          ...(tlsCa === undefined ? {} : { ca: await read(tlsCa) }),
        };
  return { ...(token === undefined ? {} : { token }), ...(tls === undefined ? {} : { tls }) };
}

const shortestToken = 16;
