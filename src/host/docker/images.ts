/** Images of an engine: looking, pulling, building with the classic builder. */
import type { Readable } from 'node:stream';
import { Fault } from '../../diagnostic/fault.ts';
import { printable } from '../../diagnostic/printable.ts';
import { dictionary, fits, list, nullable, optional, record, text } from '../../shape/index.ts';
import { engineText, expectShape, lenient, mostThings } from './answers.ts';
import type { Labels } from './answers.ts';
import { readJsonLines } from './lines.ts';
import { unreachable } from './failure.ts';
import { segment } from './transport.ts';
import type { Call } from './transport.ts';
import type { VersionedTransport } from './version.ts';

export type EngineImage = {
  /** `sha256:…` */
  readonly id: string;
  readonly labels: Labels;
  /** `80/tcp` */
  readonly exposed: readonly string[];
  readonly hasHealthcheck: boolean;
  /** When it got its name last, in milliseconds since 1970; 0 where the engine does not say. */
  readonly tagged: number;
  readonly tags: readonly string[];
};

const text1 = text(engineText);
const shape = record(
  {
    Id: text1,
    Metadata: optional(nullable(record({ LastTagTime: optional(nullable(text1)) }, lenient))),
    RepoTags: optional(nullable(list(text1, mostThings))),
    Config: optional(
      nullable(
        record(
          {
            Labels: optional(nullable(dictionary(text1, mostThings))),
            ExposedPorts: optional(nullable(dictionary(record({}, lenient), mostThings))),
            Healthcheck: optional(nullable(record({ Test: optional(nullable(list(text1, mostThings))) }, lenient))),
          },
          lenient,
        ),
      ),
    ),
  },
  lenient,
);

const step = record(
  {
    stream: optional(text1),
    status: optional(text1),
    id: optional(text1),
    progress: optional(text1),
    error: optional(text1),
  },
  lenient,
);

const deadline = 30_000;
/** Until the engine begins to answer; the work itself is bounded by the caller's signal. */
const workDeadline = 120_000;

export type ImageCalls = {
  image(name: string): Promise<EngineImage | undefined>;
  /** Gone already is as good. */
  removeImage(name: string): Promise<void>;
  tagImage(name: string, repository: string, tag: string): Promise<void>;
  /** `line` gets what the engine says, a line each. */
  pullImage(
    name: string,
    platform: string | undefined,
    line: (text: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** The query of the engine's `POST /build`. */
  buildImage(
    query: Readonly<Record<string, string>>,
    context: Readable,
    line: (text: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
};

export const imageCalls = (engine: VersionedTransport): ImageCalls => ({
  image: async (name) => {
    const path = `/images/${segment(name)}/json`;
    const { status, body } = await engine.call({ method: 'GET', path, deadline, fine: [404] });
    if (status === 404) return undefined;
    const raw = expectShape(shape, body, 'an image');
    const test = raw.Config?.Healthcheck?.Test ?? [];
    return {
      id: raw.Id,
      tagged: momentOf(raw.Metadata?.LastTagTime),
      tags: raw.RepoTags ?? [],
      labels: raw.Config?.Labels ?? {},
      exposed: Object.keys(raw.Config?.ExposedPorts ?? {}),
      hasHealthcheck: test.length > 0 && test[0] !== 'NONE',
    };
  },
  removeImage: async (name) => {
    await engine.call({ method: 'DELETE', path: `/images/${segment(name)}`, deadline, fine: [404] });
  },
  tagImage: async (name, repository, tag) => {
    const query = { repo: repository, tag };
    await engine.call({ method: 'POST', path: `/images/${segment(name)}/tag`, query, deadline });
  },
  pullImage: (name, platform, line, signal) => {
    const query = { fromImage: name, ...(platform === undefined ? {} : { platform }) };
    const call = { method: 'POST', path: '/images/create', query, deadline: workDeadline, signal } as const;
    return follow(engine, call, `pulling ${name}`, line);
  },
  buildImage: (query, tar, line, signal) => {
    const body = { kind: 'tar', tar } as const;
    return follow(
      engine,
      { method: 'POST', path: '/build', query, body, deadline: workDeadline, signal },
      'building',
      line,
    );
  },
});

/** Go's zero time, and what is no time, are 0. */
function momentOf(text: string | null | undefined): number {
  const milliseconds = Date.parse(text ?? '');
  return Number.isNaN(milliseconds) ? 0 : Math.max(0, milliseconds);
}

/** Work the engine tells of as it goes: the status is 200 whatever comes of it, and a failure is a line of its own. */
async function follow(
  engine: VersionedTransport,
  call: Call,
  what: string,
  line: (text: string) => void,
): Promise<void> {
  const answer = await engine.stream(call);
  try {
    for await (const value of readJsonLines(answer)) {
      if (!fits(step, value)) continue;
      if (value.error !== undefined)
        throw new Fault('docker-refused', `Docker failed ${what}: ${printable(value.error.trim(), 2000)}`);
      const told = value.stream ?? [value.id, value.status, value.progress].filter(Boolean).join(' ');
      for (const each of told.split(/[\r\n]+/)) if (each.trim() !== '') line(printable(each, 500));
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (call.signal?.aborted === true) throw call.signal.reason;
    throw unreachable(engine.host, error);
  }
}
