/** Compose files to their normal form, as `docker compose config` has it, with all that is wrong in them told. */
import { posix } from 'node:path';
import type { Checked, Problem, Span } from '../diagnostic/problem.ts';
import { sortProblems } from '../diagnostic/sort.ts';
import type { MapNode, Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import { checkConsistency, checkSecrets, namesIn } from './consistency/index.ts';
import { projectEnvironment } from './environment.ts';
import { mostIncludes } from './include.ts';
import { declareVolumes } from './legacy/volumes.ts';
import type { ComposeFile, Loading, Scope } from './loading.ts';
import { parseFile } from './loading.ts';
import { loadModel } from './model-tree.ts';
import {
  changeValues,
  entriesOf,
  entryNode,
  keyOf,
  mapNode,
  mapOf,
  scalarNode,
  textOf,
  withEntries,
  withoutKey,
  withValue,
} from './nodes.ts';
import { originsOf } from './origin.ts';
import { reporter } from './problems.ts';
import { findName } from './project-name.ts';
import type { ComposeFlags, ComposeInput, ComposeProject } from './project.ts';
import { project as projectRow } from './rows/project.ts';
import { splitProfiles, splitUnused } from './select.ts';
import { bindTree } from './stages/bind.ts';
import { mostPorts } from './stages/canonical.ts';
import { readEnvFiles, readLabelFiles } from './stages/env-files.ts';
import { escapeDollars } from './stages/escape.ts';
import { normalise } from './stages/normalise.ts';
import { createTrail } from './trail.ts';
import { variableReader } from './variable-files.ts';

const allFlags: ComposeFlags = {
  interpolate: true,
  normalise: true,
  consistency: true,
  resolveEnv: true,
  discardEnvFiles: true,
  resolvePaths: true,
  prune: true,
  upgrade: true,
};

/** `undefined` where there is nothing to make a project of. With errors the project lacks what they are about. */
export function loadCompose(input: ComposeInput): Checked<ComposeProject | undefined> {
  const loading = createLoading(input);
  const directory = directoryOf(input);
  const files = input.files.map(({ path, text }) =>
    parseFile(
      path === '-' ? posix.join(directory, '-') : posix.resolve(input.currentDirectory, path),
      path,
      text,
      loading,
    ),
  );
  const project = loadProject(input, files, directory, loading);
  return { value: project, problems: sortProblems(loading.problems) };
}

function createLoading(input: ComposeInput): Loading {
  const problems: Problem[] = [];
  return {
    disk: input.disk,
    flags: { ...allFlags, ...input.flags },
    currentDirectory: input.currentDirectory,
    home: input.environment.get('HOME'),
    problems,
    report: reporter(problems),
    trail: createTrail(),
    variableFiles: new Set(),
    sources: new Map(),
    dropped: [],
    budget: { ports: mostPorts, includes: mostIncludes },
    damaged: new Set(),
    impliedVolumes: new Map(),
    names: {
      services: new Set(),
      networks: new Set(),
      volumes: new Set(),
      secrets: new Set(),
      configs: new Set(),
      models: new Set(),
    },
    loadModel,
  };
}

function directoryOf({ files, projectDirectory, currentDirectory }: ComposeInput): string {
  if (projectDirectory !== undefined) return posix.resolve(currentDirectory, projectDirectory);
  const first = files.find(({ path }) => path !== '-');
  return first === undefined ? currentDirectory : posix.dirname(posix.resolve(currentDirectory, first.path));
}

function loadProject(
  input: ComposeInput,
  files: readonly ComposeFile[],
  directory: string,
  loading: Loading,
): ComposeProject | undefined {
  const outside = projectEnvironment(input, directory, loading);
  const name = findName({ input, files, directory, environment: outside }, loading);
  const environment = new Map([...outside, ['COMPOSE_PROJECT_NAME', name]]);
  const scope: Scope = { fileDirectory: directory, directory, environment, chain: [], extended: new Map() };
  const tree = loadModel(files, scope, loading);
  if (tree === undefined || tree.entries.length === 0) {
    reportEmpty(files, loading);
    return undefined;
  }
  const profiles = input.profiles ?? (environment.get('COMPOSE_PROFILES') ?? '').split(',').map((one) => one.trim());
  const trees = finish(tree, { name, scope, profiles }, loading);
  const { sources, flags, dropped, trail, variableFiles } = loading;
  const inactive = mapOf({ services: trees.inactive }, trees.inactive.span);
  const origins = originsOf({ trees: [trees.tree, inactive, trees.unused], trail, sources, variableFiles });
  return { name, ...trees, workingDirectory: directory, sources, environment, profiles, flags, origins, dropped };
}

function reportEmpty(files: readonly ComposeFile[], { problems, report }: Loading): void {
  if (problems.some(({ severity }) => severity === 'error')) return;
  const start = { offset: 0, line: 1, column: 1 };
  const file = files[0]?.name ?? '';
  report('file-empty', 'The file says nothing.', { file, start, end: start });
}

type Finishing = { readonly name: string; readonly scope: Scope; readonly profiles: readonly string[] };

type Trees = Pick<ComposeProject, 'tree' | 'inactive' | 'unused'>;

function finish(tree: MapNode, { name, scope, profiles }: Finishing, loading: Loading): Trees {
  const { flags, report } = loading;
  const lookup = (variable: string): string | undefined => scope.environment.get(variable);
  const declared = declareVolumes(tree, loading.impliedVolumes);
  const normal = flags.normalise ? normalise(declared, { name, lookup }) : declared;
  const bound = bindTree(normal, projectRow, { report, isLoose: !flags.interpolate });
  const { active, inactive } = splitProfiles(bound, profiles);
  if (flags.consistency) {
    checkWhole({ active, inactive, written: normal }, loading);
    checkSecrets(normal, report);
  }
  const sized = flags.consistency ? withReplicas(active) : active;
  const { used, unused } = flags.prune ? splitUnused(sized) : { used: sized, unused: mapNode([], sized.span) };
  const read = readFiles(used, lookup, loading);
  const whole = flags.interpolate ? escapeDollars : (node: MapNode): MapNode => node;
  return { tree: whole(withNameAndServices(read, name)), inactive: whole(inactive), unused: whole(unused) };
}

/** Where a service says its size by `scale` and has `deploy` too, the size stands in both. */
const withReplicas = (tree: MapNode): MapNode =>
  changeValues(tree, (section, name) => {
    if (name !== 'services' || section.kind !== 'map') return section;
    return changeValues(section, (service) => {
      const scale = valueOf(service, 'scale');
      const deploy = valueOf(service, 'deploy');
      if (service.kind !== 'map' || scale === undefined || deploy?.kind !== 'map') return service;
      if (valueOf(deploy, 'replicas') !== undefined) return service;
      return withValue(service, 'deploy', withValue(deploy, 'replicas', scale));
    });
  });

function readFiles(tree: MapNode, lookup: (name: string) => string | undefined, loading: Loading): MapNode {
  const files = variableReader(loading);
  const { resolveEnv, discardEnvFiles } = loading.flags;
  const labelled = readLabelFiles(tree, { files, discard: discardEnvFiles });
  return resolveEnv ? readEnvFiles(labelled, { files, lookup, discard: discardEnvFiles }) : labelled;
}

/** What stands there instead of a value is not known, so what seems to be lacking may be a consequence. */
const unreadable: ReadonlySet<string> = new Set(['variable-syntax', 'variable-required', 'yaml-alias-unknown']);

const isIn = ({ at }: Problem, span: Span): boolean =>
  at !== undefined && at.file === span.file && at.start.offset >= span.start.offset && at.end.offset <= span.end.offset;

type Checking = { readonly active: MapNode; readonly inactive: MapNode; readonly written: MapNode };

function checkWhole({ active, inactive, written }: Checking, loading: Loading): void {
  const { damaged, report, names } = loading;
  const byName = (node: Node | undefined): ReadonlyMap<string, Node> =>
    new Map(entriesOf(node).map((entry) => [keyOf(entry), entry.value]));
  for (const section of ['networks', 'volumes'] as const)
    for (const implied of namesIn(active, section)) names[section].add(implied);
  const services = byName(valueOf(active, 'services'));
  for (const [name, { span }] of services)
    if (loading.problems.some((problem) => unreadable.has(problem.code) && isIn(problem, span))) damaged.add(name);
  const emptyImages = new Map(
    entriesOf(valueOf(written, 'services')).flatMap((entry) => {
      const image = valueOf(entry.value, 'image');
      return image !== undefined && textOf(image) === '' ? [[keyOf(entry), image] as const] : [];
    }),
  );
  checkConsistency(active, { services, inactive: byName(inactive), names, damaged, emptyImages, report });
}

/** The name first, as Compose prints it; services are there even if there are none. */
function withNameAndServices(tree: MapNode, name: string): MapNode {
  const written = tree.entries.find((entry) => keyOf(entry) === 'name');
  const span = written?.value.span ?? tree.span;
  const entry =
    written === undefined ? entryNode('name', scalarNode(name, span)) : { ...written, value: scalarNode(name, span) };
  const named = withEntries(tree, [entry, ...withoutKey(tree, 'name').entries]);
  return valueOf(named, 'services') === undefined ? withValue(named, 'services', mapNode([], span)) : named;
}
