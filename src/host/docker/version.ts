/** The engine's API version: asked once for each connection, then put before every path. */
import { optional, record, text } from '../../shape/index.ts';
import { engineText, expectShape, lenient } from './answers.ts';
import type { Call, Transport } from './transport.ts';
import { isFault } from '../../diagnostic/fault.ts';

export type VersionedTransport = Pick<Transport, 'call' | 'stream' | 'host'> & {
  /** `1.41`; what both sides know. */
  apiVersion(): Promise<string>;
};

export type EngineVersion = { readonly version: string; readonly apiVersion: string; readonly kernel: string };

const shape = record(
  { Version: text(engineText), ApiVersion: text(engineText), KernelVersion: optional(text(engineText)) },
  lenient,
);

/** The newest version whose documentation the code was written by. */
const newest = '1.47';
const deadline = 10_000;

export const compareVersions = (a: string, b: string): number => {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
};

export async function readVersion(transport: Transport): Promise<EngineVersion> {
  const { body } = await transport.call({ method: 'GET', path: '/version', deadline });
  const raw = expectShape(shape, body, 'the question for its version');
  return { version: raw.Version, apiVersion: raw.ApiVersion, kernel: raw.KernelVersion ?? '' };
}

export function versioned(transport: Transport): VersionedTransport {
  let known: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    const { apiVersion } = await readVersion(transport);
    return compareVersions(apiVersion, newest) < 0 ? apiVersion : newest;
  };
  const apiVersion = (): Promise<string> => {
    known ??= ask();
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  /** An engine that went away may come back as another version. */
  const forgetting = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (isFault(error, 'docker-unreachable')) known = undefined;
      throw error;
    }
  };
  const prefixed = async (call: Call): Promise<Call> => ({ ...call, path: `/v${await apiVersion()}${call.path}` });
  return {
    host: transport.host,
    apiVersion,
    call: (call) => forgetting(async () => transport.call(await prefixed(call))),
    stream: (call) => forgetting(async () => transport.stream(await prefixed(call))),
  };
}
