/** Runs the judges of the Compose corpus over the loader, one outcome per case. */
import { posix } from 'node:path';
import type { ComposeProject } from '../../src/compose/project.ts';
import type { Checked, Problem } from '../../src/diagnostic/problem.ts';
import { hasErrors } from '../../src/diagnostic/problem.ts';
import type { Outcome } from './compose-corpus.ts';
import {
  compared,
  corpus,
  difference,
  errorsOf,
  jsonOf,
  load,
  loadPaths,
  readJson,
  readText,
  sameFlags,
} from './compose-corpus.ts';

type Refusal = 'must' | 'upgrade' | 'head-accepts' | 'oracle-bug';

type Answer = { readonly rc: number; readonly out: string | null };

type Line = {
  readonly set: string;
  readonly path: string;
  readonly compose: Answer;
  readonly stack: Answer;
  readonly v1: { readonly rc: number };
  readonly refusal?: Refusal;
};

const manifest = (): readonly Line[] =>
  readText('manifest.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const nameOf = ({ set, path }: Line): string => `${set}/${path}`;
const loadLine = (line: Line): Checked<ComposeProject | undefined> => loadPaths([`inputs/${nameOf(line)}`]);

/** Files Docker Compose accepts: the same JSON. */
export const scoreAccepted = (): readonly Outcome[] =>
  manifest()
    .filter(({ compose }) => compose.out !== null)
    .map((line) => compared(nameOf(line), loadLine(line), `inputs/${line.set}`, readJson(line.compose.out ?? '')));

type InlineCase = { readonly file: string; readonly rc: number };

/** One attribute per document; where Compose 2.9.1 refuses, what its HEAD has since accepted. */
export const scoreInline = (): readonly Outcome[] =>
  (readJson('inline/manifest.json') as readonly InlineCase[]).map(({ file, rc }) => {
    const flags = { ...sameFlags, resolveEnv: false };
    const got = loadPaths([`inline/${file}`], { flags });
    if (rc === 0) return compared(file, got, 'inline', readJson(`inline/${file.replace(/\.yml$/, '.expected.json')}`));
    return outcome(file, hasErrors(got.problems) ? errorsOf(got) : undefined);
  });

type MergeCase = { readonly case: string; readonly rc: number };

/** A file over a file; what Compose refuses has to be refused. */
export const scoreMerge = (): readonly Outcome[] =>
  (readJson('merge/manifest.json') as readonly MergeCase[]).map(({ case: name, rc }) => {
    const paths = [`merge/${name}.base.yml`, `merge/${name}.over.yml`];
    const flags = { ...sameFlags, resolveEnv: rc !== 0 };
    const got = loadPaths(paths, { projectName: 'p', flags });
    if (rc === 0) return compared(name, got, 'merge', readJson(`merge/${name}.expected.json`));
    return outcome(name, hasErrors(got.problems) ? undefined : 'accepted');
  });

const outcome = (name: string, why: string | undefined): Outcome => ({
  name,
  kind: why === undefined ? 'right' : 'wrong',
  why: why ?? '',
});

/** Compose's own full example, which its library loads without normalisation and checks. */
export function scoreFullExample(): readonly Outcome[] {
  const environment = new Map([
    ['HOME', '/HOME'],
    ['BAR', 'this is a secret'],
    ['QUX', 'qux_from_environment'],
  ]);
  const flags = { normalise: false, consistency: false, prune: false, discardEnvFiles: false };
  const got = loadPaths(['fullexample/full-example.yml'], { environment, flags });
  return [compared('full-example.yml', got, 'fullexample', readJson('fullexample/expected.json'))];
}

type Refused = { readonly name: string; readonly errors: readonly Problem[] };

/** Files to refuse, each with the errors told of it. */
const refused = (): readonly Refused[] =>
  manifest()
    .filter(({ refusal }) => refusal === 'must')
    .map((line) => ({
      name: nameOf(line),
      errors: loadLine(line).problems.filter(({ severity }) => severity === 'error'),
    }));

/** Place and code of an error; its file only if it is another than that of the case. */
const placeOf = ({ name }: Refused, { at, code }: Problem): string => {
  const file = posix.relative(`${corpus}inputs/${posix.dirname(name)}`, posix.resolve('/', at?.file ?? ''));
  const place = `${at?.start.line ?? 0}:${at?.start.column ?? 0} ${code}`;
  return file === posix.basename(name) ? place : `${file}:${place}`;
};

/** Every file to be refused is, and all errors stand where the list says. */
export const scoreRefusals = (places: ReadonlyMap<string, readonly string[]>): readonly Outcome[] =>
  refused().map((one) => {
    const found = one.errors.map((error) => placeOf(one, error));
    const wanted = places.get(one.name) ?? [];
    const isRight = found.length > 0 && found.join() === wanted.join();
    return outcome(one.name, isRight ? undefined : `[${found.join(', ')}] instead of [${wanted.join(', ')}]`);
  });

/** Files of format 1: read, and a warning tells that they were upgraded. */
export const scoreUpgrades = (): readonly Outcome[] =>
  manifest()
    .filter(({ refusal }) => refusal === 'upgrade')
    .map((line) => {
      const got = loadLine(line);
      if (hasErrors(got.problems)) return outcome(nameOf(line), errorsOf(got));
      const told = got.problems.some(({ code, at }) => code === 'format-old' && at !== undefined);
      return outcome(nameOf(line), told ? undefined : 'nothing tells that the file was upgraded');
    });

/** Files newer Compose accepts. */
export const scoreNewer = (): readonly Outcome[] =>
  manifest()
    .filter(({ refusal }) => refusal === 'head-accepts')
    .map((line) => {
      const got = loadLine(line);
      return outcome(nameOf(line), hasErrors(got.problems) ? errorsOf(got) : undefined);
    });

type MicroCase = { readonly ok: boolean; readonly stderr: string };
type Service = Readonly<Record<string, unknown>>;

/** One attribute of one service, and what Compose says of it. */
type Micro = MicroCase & {
  readonly name: string;
  readonly service: Service;
  readonly pick: (service: Service) => unknown;
  readonly value: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  readonly envFile?: string;
};

type InputCase = MicroCase & { readonly input: string; readonly value: unknown };
type AttributeCase = InputCase & { readonly attr: string };
type ExpressionCase = MicroCase & {
  readonly expr: string;
  readonly env: Readonly<Record<string, string>>;
  readonly value: unknown;
};
type EnvFileCase = MicroCase & {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly environment: unknown;
};

const inputs = (kind: string, attribute: string, isList = false): readonly Micro[] =>
  (readJson(`micro/${kind}.json`) as readonly InputCase[]).map((one) => ({
    ...one,
    name: `${kind} ${JSON.stringify(one.input)}`,
    service: { [attribute]: isList ? [one.input] : one.input },
    pick: (service) => service[attribute],
  }));

const listAttributes = new Set(['extra_hosts', 'devices', 'environment']);

const micros = (): readonly Micro[] => [
  ...inputs('bytes', 'mem_limit'),
  ...inputs('durations', 'stop_grace_period'),
  ...inputs('ports', 'ports', true),
  ...inputs('volumes', 'volumes', true),
  ...(readJson('micro/misc.json') as readonly AttributeCase[]).map((one) => ({
    ...one,
    name: `${one.attr} ${JSON.stringify(one.input)}`,
    service: { [one.attr]: listAttributes.has(one.attr) ? [one.input] : one.input },
    pick: (service: Service) => service[one.attr],
  })),
  ...(readJson('micro/interpolation.json') as readonly ExpressionCase[]).map((one) => ({
    ...one,
    name: `${one.expr} with ${JSON.stringify(one.env)}`,
    service: { labels: { k: one.expr } },
    // What is printed has every `$` doubled; these answers are the values.
    pick: (service: Service) => String((service['labels'] as Service | undefined)?.['k']).replaceAll('$$', () => '$'),
    environment: one.env,
  })),
  ...(readJson('micro/envfile.json') as readonly EnvFileCase[]).map((one) => ({
    ...one,
    name: `env file ${JSON.stringify(one.file)}`,
    service: { env_file: 'a.env' },
    pick: (service: Service) => undoubled(service['environment'] ?? null),
    value: one.environment,
    environment: one.env,
    envFile: one.file,
  })),
];

const undoubled = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll('$$', () => '$'));

function judgeMicro({ name, service, pick, value, ok, environment = {}, envFile }: Micro): Outcome {
  const text = JSON.stringify({ services: { s: { image: 'i', ...service }, s2: { image: 'i' } }, volumes });
  const got = load([{ path: '/ROOT/compose.yml', text }], {
    environment: new Map(Object.entries({ HOME: '/HOME', ...environment })),
    ...(envFile === undefined ? {} : { disk: oneFile(envFile) }),
  });
  const json = jsonOf(got, '') as { services: { s: Service } } | undefined;
  if (!ok || json === undefined) return outcome(name, ok ? errorsOf(got) : json === undefined ? undefined : 'accepted');
  return outcome(name, difference(pick(json.services.s) ?? null, value ?? null));
}

/** Volumes the cases mount by name. */
const volumes = Object.fromEntries(['data', 'ab', 'abc', 'my-data', 'my.data', 'my_data'].map((name) => [name, {}]));

const oneFile = (text: string) => ({
  read: (path: string) =>
    path.endsWith('/a.env') ? ({ kind: 'text', text } as const) : ({ kind: 'missing' } as const),
  kindOf: () => 'missing' as const,
  list: () => [],
});

export const scoreMicro = (): readonly Outcome[] => micros().map(judgeMicro);

export type Peers = { readonly of: number; readonly compose: number; readonly stack: number; readonly v1: number };

/** How many files of a kind the tools accept that answered for the corpus. */
export function peersOn(kind: Refusal | 'accepted'): Peers {
  const lines = manifest().filter(({ compose, refusal }) =>
    kind === 'accepted' ? compose.out !== null : refusal === kind,
  );
  const accepted = (tool: 'compose' | 'stack' | 'v1'): number => lines.filter((line) => line[tool].rc === 0).length;
  return { of: lines.length, compose: accepted('compose'), stack: accepted('stack'), v1: accepted('v1') };
}
