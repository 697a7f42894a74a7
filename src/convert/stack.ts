/** Compose files as stack files. */
import { posix } from 'node:path';
import { translateToStack } from '../compose/stack/index.ts';
import type { StackResult } from '../compose/stack/index.ts';
import type { ComposeProject } from '../compose/project.ts';
import type { Path } from '../compose/model/leaves.ts';
import type { MapEntry, MapNode, Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';

export type StackInput = {
  readonly project: ComposeProject;
  /** The same, with `env_file` left as references; where the files have any. */
  readonly references: ComposeProject;
  /** The files' own trees. */
  readonly documents: readonly Node[];
  /** Absolute folder the stack file is to stand in. */
  readonly outputDirectory: string;
  readonly earliestVersion: boolean;
};

export function projectToStack({
  project,
  references,
  documents,
  outputDirectory,
  earliestVersion,
}: StackInput): StackResult {
  const beside = outputDirectory === project.workingDirectory;
  const version = documents.map((document) => valueOf(document, 'version')).find((node) => node !== undefined);
  const onDefault = documents.flatMap((document) => servicesOnDefault(document));
  const services = servicesOf(project);
  const referring = servicesOf(references);
  return translateToStack(withEnvFiles(project.tree, referring), {
    unused: project.unused,
    written: ([, service = '', ...path]) => {
      if (path.at(-1) === 'target') return writtenTarget(path, services.get(String(service)), project);
      // A context is only told; an env file is read, from where the stack file stands.
      const isRead = path[0] === 'env_file';
      if (isRead && !beside) return undefined;
      return writtenPath(path, (isRead ? referring : services).get(String(service)), project);
    },
    onDefault: new Set(onDefault),
    earliestVersion,
    bareArgs: new Map(documents.flatMap(bareArgsIn)),
    ...(version?.kind === 'scalar' ? { version: version.text } : {}),
  });
}

/** By key, so that each is found in one step however many there are. */
function servicesOf({ tree }: ComposeProject): ReadonlyMap<string, Node> {
  const services = valueOf(tree, 'services');
  return new Map(
    services?.kind === 'map' ? services.entries.map(({ key, value }) => [textOf(key), value] as const) : [],
  );
}

const textOf = (key: Node): string => (key.kind === 'scalar' ? String(key.value) : '');

function servicesOnDefault(document: Node): readonly string[] {
  return entriesIn(valueOf(document, 'services')).flatMap(({ key, value }) => {
    const networks = valueOf(value, 'networks');
    const said =
      networks?.kind === 'list'
        ? networks.items.some((item) => textOf(item) === 'default')
        : valueOf(networks, 'default') !== undefined;
    return said ? [textOf(key)] : [];
  });
}

/** Services and the build arguments they name without a value: `ARG` in a list, `ARG:` in a map. */
function bareArgsIn(document: Node): readonly (readonly [string, readonly string[]])[] {
  return entriesIn(valueOf(document, 'services')).flatMap(({ key, value }) => {
    const args = valueOf(valueOf(value, 'build'), 'args');
    const names =
      args?.kind === 'list'
        ? args.items.map(textOf).filter((text) => !text.includes('='))
        : entriesIn(args).flatMap((entry) =>
            entry.value.kind === 'scalar' && entry.value.value === null ? [textOf(entry.key)] : [],
          );
    return names.length === 0 ? [] : [[textOf(key), names] as const];
  });
}

const entriesIn = (node: Node | undefined): readonly MapEntry[] => (node?.kind === 'map' ? node.entries : []);

/** `env_file` of each service that has one. */
function withEnvFiles(tree: MapNode, referring: ReadonlyMap<string, Node>): MapNode {
  const add = (entry: MapEntry): MapEntry => {
    const files = valueOf(referring.get(textOf(entry.key)), 'env_file');
    if (files === undefined || entry.value.kind !== 'map') return entry;
    const key: Node = { kind: 'scalar', value: 'env_file', text: 'env_file', style: 'plain', span: files.span };
    return { ...entry, value: { ...entry.value, entries: [...entry.value.entries, { key, value: files }] } };
  };
  return mapEntry(tree, 'services', (services) =>
    services.kind === 'map' ? { ...services, entries: services.entries.map(add) } : services,
  );
}

const mapEntry = (map: MapNode, name: string, change: (value: Node) => Node): MapNode => ({
  ...map,
  entries: map.entries.map((entry) => (textOf(entry.key) === name ? { ...entry, value: change(entry.value) } : entry)),
});

const childOf = (node: Node | undefined, step: string | number): Node | undefined =>
  typeof step === 'number' ? (node?.kind === 'list' ? node.items[step] : undefined) : valueOf(node, step);

/** A path as the file has it, before it was made absolute; one of a file in another folder stays so. */
function writtenPath(path: Path, service: Node | undefined, { workingDirectory }: ComposeProject): string | undefined {
  const at = path.reduce<Node | undefined>(childOf, service);
  const node = at?.kind === 'map' ? valueOf(at, 'path') : at;
  if (node?.kind !== 'scalar' || node.text === node.value) return undefined;
  return posix.resolve(workingDirectory, node.text) === node.value ? node.text : undefined;
}

/** A mount's target with the slash at its end that the normal form leaves out. */
function writtenTarget(path: Path, service: Node | undefined, { sources }: ComposeProject): string | undefined {
  const mount = path.slice(0, -1).reduce<Node | undefined>(childOf, service);
  const target = valueOf(mount, 'target');
  if (mount === undefined || target === undefined) return undefined;
  const { file, start, end } = target.span.start.offset > mount.span.start.offset ? target.span : mount.span;
  const text = sources.get(file)?.slice(start.offset, end.offset) ?? '';
  const parts = text.replace(/^(['"])(.*)\1$/s, '$2').split(':');
  return parts.find((part) => part.endsWith('/') && part.replace(/\/+$/, '') === textOf(target));
}
