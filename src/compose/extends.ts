/** Services that extend others, of the same file or of another one. */
import { posix } from 'node:path';
import { didYouMean } from '../diagnostic/suggest.ts';
import type { MapNode, Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import type { Loading, Scope } from './loading.ts';
import { isRemote, readFile } from './loading.ts';
import { loadBase } from './prepare.ts';
import { placeOf } from './trail.ts';
import { changeValues, entriesOf, keyOf, textOf, withoutKey } from './nodes.ts';
import { project } from './rows/project.ts';
import { service as serviceRow } from './rows/service.ts';
import { mergeTrees } from './stages/merge-rules.ts';
import { resolvePaths } from './stages/paths.ts';
import type { Resets } from './stages/tags.ts';
import { forget, resetsBelow } from './stages/tags.ts';

/** The services of one file, with what each extends put in when it is first asked for. */
export type Extender = {
  readonly name: string;
  /** Its file, where it is not one of the project. */
  readonly world: string | undefined;
  readonly services: ReadonlyMap<string, Node>;
  readonly resets: Resets;
  readonly done: Map<string, Node>;
  readonly open: Set<string>;
};

const longestChain = 500;

export function createExtender(file: Pick<Extender, 'name' | 'world'>, tree: Node, resets: Resets): Extender {
  const services = new Map(entriesOf(valueOf(tree, 'services')).map((entry) => [keyOf(entry), entry.value]));
  return { ...file, services, resets, done: new Map(), open: new Set() };
}

/** The tree with every service as a whole of its own. */
export function applyExtends(tree: MapNode, extender: Extender, scope: Scope, loading: Loading): MapNode {
  return changeValues(tree, (section, name) => {
    if (name !== 'services' || section.kind !== 'map') return section;
    return changeValues(section, (_service, key) => resolveService(key, extender, { scope, loading, depth: 0 }));
  });
}

type Resolving = { readonly scope: Scope; readonly loading: Loading; readonly depth: number };

function resolveService(name: string, extender: Extender, resolving: Resolving): Node | undefined {
  const done = extender.done.get(name);
  if (done !== undefined) return done;
  const service = extender.services.get(name);
  const extended = valueOf(service, 'extends');
  if (service?.kind !== 'map' || extended === undefined) return service;
  extender.open.add(name);
  const whole = extendService(service, name, extended, extender, resolving);
  extender.open.delete(name);
  extender.done.set(name, whole);
  return whole;
}

function extendService(service: MapNode, name: string, extended: Node, extender: Extender, resolving: Resolving): Node {
  const { report, trail, damaged } = resolving.loading;
  const own = withoutKey(service, 'extends');
  const alone = (): MapNode => {
    damaged.add(name);
    return own;
  };
  const reference = extended.kind === 'map' ? valueOf(extended, 'service') : extended;
  const wanted = textOf(reference);
  // A reference of another kind stays, for the check of the merged tree to find.
  if (reference === undefined || wanted === undefined) return service;
  const file = valueOf(extended, 'file');
  const from = file === undefined ? extender : extenderOf(file, resolving);
  if (from === undefined) return alone();
  if (!from.services.has(wanted)) {
    const where = from === extender ? '' : ` in ${from.name}`;
    const hint = didYouMean(wanted, from.services.keys());
    report('extends-unknown', `There is no service "${wanted}"${where} to extend.`, reference.span, { hint });
    return alone();
  }
  if (from.open.has(wanted)) {
    report('extends-cycle', `"${name}" extends itself, through "${wanted}".`, reference.span);
    return alone();
  }
  if (resolving.depth > longestChain) {
    report('extends-deep', `More than ${longestChain} services extend each other.`, reference.span);
    return alone();
  }
  const base = resolveService(wanted, from, { ...resolving, depth: resolving.depth + 1 });
  if (base?.kind !== 'map') return alone();
  const mark = { kind: 'extends', service: wanted, world: from.world, at: reference.span } as const;
  const kept = forget(withoutKey(base, 'extends'), resetsBelow(extender.resets, 'services', name));
  const place = placeOf(['services', name], extender.world);
  return mergeTrees({ base: kept, over: own, row: serviceRow, place }, { report, trail, mark });
}

/** `undefined`: the file can't be read, which has been told. */
function extenderOf(file: Node, { scope, loading }: Resolving): Extender | undefined {
  const text = textOf(file);
  if (text === undefined || isRemote(text, file.span, loading)) return undefined;
  const path = posix.resolve(scope.fileDirectory, text);
  if (scope.extended.has(path)) return scope.extended.get(path);
  const read = readFile(path, file.span, loading);
  const extender = read === undefined ? undefined : extenderOfFile(read, scope, loading);
  scope.extended.set(path, extender);
  return extender;
}

/** Its paths are made relative to where the extending file's start. */
function extenderOfFile(read: Parameters<typeof loadBase>[0], scope: Scope, loading: Loading): Extender {
  const { tree, resets } = loadBase(read, scope, loading);
  const directory = posix.relative(scope.fileDirectory, posix.dirname(read.path));
  const { home, report } = loading;
  const resolved = resolvePaths(tree, project, {
    directory: directory === '' ? '.' : directory,
    home,
    report,
  });
  return createExtender({ name: read.name, world: read.name }, resolved, resets);
}
