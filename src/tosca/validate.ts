/** Reads and checks a template, getting what is lacking on the way: profiles that come with us, and URLs where allowed. */
import type { Checked, Problem } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { sortProblems } from '../diagnostic/sort.ts';
import type { Files } from '../document/files.ts';
import type { MapNode } from '../document/node.ts';
import type { Value } from '../model/value.ts';
import { checkArtifactFiles } from './check/artifact-files.ts';
import { checkLoaded } from './check/check.ts';
import { checkGiven } from './check/given-inputs.ts';
import type { Archive, Loaded } from './load/load.ts';
import { loadTemplate } from './load/load.ts';
import { readBundledProfile } from './profiles/bundled.ts';

export type ToscaInput = {
  /** As the user knows it; what it imports is found from here. */
  readonly path: string;
  readonly text: string;
  readonly files: Files;
  /** The archive, or the folder of one, that the template is in; `openArchive` tells. */
  readonly archive?: Archive;
  /** URL, or beginning of URLs, or name of a profile -> path. */
  readonly maps?: ReadonlyMap<string, string>;
  /** Fetches a URL; without it nothing goes to the network. `undefined` for what can't be had. */
  readonly fetchText?: (url: string) => Promise<string | undefined>;
  /** Values of the template's inputs. Texts are read as what the input is declared to be. */
  readonly inputs?: ReadonlyMap<string, Value>;
  /** It is about to be deployed: every required input needs a value. */
  readonly requireInputs?: boolean;
  /** 1.x: the normative types are known without an import. True unless said. */
  readonly implicitTypes?: boolean;
};

/** `cannot-act`: it can't be judged, because a part is on the network or it is written in another language. */
export type Verdict = 'valid' | 'invalid' | 'cannot-act';

export type Validation = {
  readonly verdict: Verdict;
  readonly loaded: Loaded;
  /** Values of inputs, as far as they are given and right. */
  readonly given: ReadonlyMap<string, Value>;
  /** Texts read, by the name used in problems. */
  readonly sources: ReadonlyMap<string, string>;
};

export async function validateTosca(input: ToscaInput): Promise<Checked<Validation>> {
  const loaded = await loadAll(input);
  const inputs = checkGiven(loaded.entry, input.inputs ?? new Map<string, Value>(), input.requireInputs ?? false);
  const problems = [
    ...loaded.problems,
    ...inputs.problems,
    ...checkLoaded(loaded, inputs.value),
    ...checkArtifactFiles(loaded, input.files, input.archive),
  ];
  const value = { verdict: verdictOf(loaded, problems), loaded, given: inputs.value, sources: loaded.texts };
  return { value, problems: sortProblems(problems) };
}

/** Rounds of imports that only showed once others were read. */
const mostRounds = 50;

async function loadAll(input: ToscaInput): Promise<Loaded> {
  const profiles = new Map<string, MapNode>();
  const fetched = new Map<string, string | undefined>();
  const options = {
    files: input.files,
    maps: input.maps ?? new Map<string, string>(),
    fetched,
    profiles,
    readings: new Map(),
    implicitTypes: input.implicitTypes ?? true,
    archive: input.archive,
  };
  for (let round = 0; ; round++) {
    const loaded = loadTemplate(input.text, input.path, options);
    const before = profiles.size + fetched.size;
    for (const name of loaded.wants.profiles) {
      const root = await readBundledProfile(name);
      if (root !== undefined) profiles.set(name, root);
    }
    const { fetchText } = input;
    if (fetchText !== undefined)
      for (const url of loaded.wants.urls) if (!fetched.has(url)) fetched.set(url, await fetchText(url));
    if (profiles.size + fetched.size === before || round >= mostRounds) return loaded;
  }
}

function verdictOf(loaded: Loaded, problems: readonly Problem[]): Verdict {
  if (!hasErrors(problems)) return 'valid';
  if (loaded.dialect) return 'cannot-act';
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return loaded.unreachable === errors ? 'cannot-act' : 'invalid';
}
