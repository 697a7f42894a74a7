/**
 * Reads a file and everything it imports. Pure but for the `Files` it is given: profiles and fetched texts are handed in,
 * and what is still lacking is returned as `wants`, to be got and tried again.
 */
import type { Problem } from '../../diagnostic/problem.ts';
import type { Files } from '../../document/files.ts';
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { builtOn, implicitProfiles, profileFile } from '../profiles/names.ts';
import { resolveImports } from './imports.ts';
import { findFiles } from './profile-search.ts';
import { hasSubstituted } from './substituted.ts';
import type { FileReading } from './read-file.ts';
import { readToscaFile } from './read-file.ts';
import { readRepositories } from './repositories.ts';
import { folderOf } from './locate.ts';
import type { Import, Unit } from './unit.ts';

/** An archive, or the folder it was unpacked in. */
export type Archive = {
  readonly root: string;
  /** Templates besides the entry that may stand for its nodes. */
  readonly others: readonly string[];
};

export type LoadOptions = {
  readonly files: Files;
  /** URL or URL prefix -> path that stands for it. */
  readonly maps: ReadonlyMap<string, string>;
  /** Texts fetched, by URL; `undefined` for one that could not be. */
  readonly fetched: ReadonlyMap<string, string | undefined>;
  /** Normative profiles at hand, by file name in tosca/. */
  readonly profiles: ReadonlyMap<string, MapNode>;
  /** 1.x: every file knows the normative types without importing them. */
  readonly implicitTypes: boolean;
  /** What files say, kept from one round to the next: reading is most of the work. */
  readonly readings: Map<string, FileReading>;
  /** The template is in an archive, and nothing outside of that is looked at. */
  readonly archive: Archive | undefined;
};

export type Wants = { readonly profiles: ReadonlySet<string>; readonly urls: ReadonlySet<string> };

export type Loaded = {
  readonly entry: Unit | undefined;
  /** The entry and all it imports, but for bundled profiles; with the other templates of an archive. */
  readonly units: readonly Unit[];
  /** Those other templates. */
  readonly others: readonly Unit[];
  /** Files beside the template that may stand for its nodes, if nothing is wrong with them. */
  readonly candidates: readonly Unit[];
  /** Texts read, by the name used in problems. */
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  readonly wants: Wants;
  /** Imports on the network that were not fetched: where these are the only errors, the template can't be judged. */
  readonly unreachable: number;
  readonly dialect: boolean;
};

/** Files of one template: more are a loop of imports in disguise. */
const mostFiles = 2000;

/** What one run shares: units by place, so that a file imported twice, or by itself, is one unit. */
export type Loading = {
  readonly options: LoadOptions;
  /** Reads a text that an import leads to, or a profile of ours. */
  readonly openText: (text: string, file: string) => Unit | undefined;
  readonly openProfile: (name: string) => Unit | undefined;
  readonly root: string;
  readonly units: Map<string, Unit>;
  readonly texts: Map<string, string>;
  readonly bundled: Map<string, Unit>;
  readonly problems: Problem[];
  readonly profiles: Set<string>;
  readonly urls: Set<string>;
  /** Files with an import that was not looked at. */
  readonly gaps: Set<Unit>;
  /** Version of the entry: its normative types are everybody's, so that a type is one type in files of all 1.x versions. */
  version: Unit['version'] | undefined;
  unreachable: number;
  dialect: boolean;
};

export function loadTemplate(text: string, path: string, options: LoadOptions): Loaded {
  const loading: Loading = {
    options,
    openText: (imported, file) => loadUnit(imported, file, loading),
    openProfile: (name) => {
      const below = (builtOn[name] ?? []).flatMap((one) => openBundled(one, loading) ?? []);
      return openBundled(name, loading, below);
    },
    root: folderOf(path),
    units: new Map(),
    texts: new Map(),
    bundled: new Map(),
    problems: [],
    profiles: new Set(),
    urls: new Set(),
    gaps: new Set(),
    version: undefined,
    unreachable: 0,
    dialect: false,
  };
  const entry = loadUnit(text, path, loading);
  const others = loadOthers(loading);
  const units = [...loading.units.values()];
  return {
    entry,
    units,
    others,
    candidates: entry === undefined ? [] : loadCandidates(entry, units, loading),
    texts: loading.texts,
    problems: loading.problems,
    wants: { profiles: loading.profiles, urls: loading.urls },
    unreachable: loading.unreachable,
    dialect: loading.dialect,
  };
}

function loadOthers(loading: Loading): readonly Unit[] {
  const { archive, files } = loading.options;
  return (archive?.others ?? []).flatMap((path) => {
    const content = files.read(path);
    return content.kind === 'text' ? (loadUnit(content.text, path, loading) ?? []) : [];
  });
}

/** Whatever is wrong with them is their own affair: they are files that happen to lie there. */
function loadCandidates(entry: Unit, known: readonly Unit[], loading: Loading): readonly Unit[] {
  if (!hasSubstituted(entry)) return [];
  const own: Loading = {
    ...loading,
    openText: (text, file) => loadUnit(text, file, own),
    units: new Map(loading.units),
    problems: [],
    unreachable: 0,
  };
  const paths = findFiles(loading, (text) => /^[ \t]+substitution_mappings[ \t]*:/m.test(text));
  return paths.flatMap((path) => {
    const content = loading.options.files.read(path);
    const unit = content.kind === 'text' ? loadUnit(content.text, path, own) : undefined;
    return unit === undefined || known.includes(unit) ? [] : unit;
  });
}

/** `undefined`: no TOSCA file, or one of a dialect; the reason is among the problems. */
function loadUnit(text: string, file: string, loading: Loading): Unit | undefined {
  const known = loading.units.get(file);
  if (known !== undefined) return known;
  if (loading.units.size >= mostFiles) return undefined;
  loading.texts.set(file, text);
  const reading = loading.options.readings.get(file) ?? readToscaFile(text, file);
  loading.options.readings.set(file, reading);
  loading.problems.push(...reading.problems);
  if (reading.dialect) loading.dialect = true;
  if (reading.root === undefined || reading.version === undefined) return undefined;
  return openUnit(file, reading.root, reading.version, loading);
}

function openUnit(file: string, root: MapNode, version: Unit['version'], loading: Loading): Unit {
  loading.version ??= version;
  const imports: Import[] = [];
  const state: { isIncomplete?: boolean } = {};
  const implicit = loading.options.implicitTypes ? openImplicit(version, loading) : [];
  const unit: Unit = {
    file,
    version,
    root,
    bundled: false,
    imports,
    repositories: readRepositories(root),
    implicit,
    family: () => loading.units.values(),
    get incomplete() {
      // Asked for often, and only once everything is loaded.
      return (state.isIncomplete ??= reachesGap(unit, loading.gaps));
    },
  };
  loading.units.set(file, unit);
  if (!resolveImports(unit, imports, loading)) loading.gaps.add(unit);
  return unit;
}

/** Files may import each other in circles. */
function reachesGap(unit: Unit, gaps: ReadonlySet<Unit>): boolean {
  const reached = new Set([unit]);
  for (const one of reached) {
    if (gaps.has(one)) return true;
    for (const { unit: next } of one.imports) reached.add(next);
  }
  return false;
}

function openImplicit(version: Unit['version'], loading: Loading): readonly Unit[] {
  const units: Unit[] = [];
  const names = new Set([...implicitProfiles[loading.version ?? version], ...implicitProfiles[version]]);
  for (const name of names) {
    const unit = openBundled(name, loading, [...units]);
    if (unit !== undefined) units.push(unit);
  }
  return units;
}

/** A profile that comes with Clocker; wanted when it is not at hand yet. */
function openBundled(name: string, loading: Loading, implicit: readonly Unit[] = []): Unit | undefined {
  const known = loading.bundled.get(name);
  if (known !== undefined) return known;
  const root = loading.options.profiles.get(name);
  if (root === undefined) {
    loading.profiles.add(name);
    return undefined;
  }
  const unit: Unit = {
    file: profileFile(name),
    version: versionOf(valueOf(root, 'tosca_definitions_version')),
    root,
    bundled: true,
    imports: [],
    repositories: new Map(),
    implicit,
    incomplete: false,
    family: () => [],
  };
  loading.bundled.set(name, unit);
  return unit;
}

function versionOf(node: Node | undefined): Unit['version'] {
  const name = node?.kind === 'scalar' ? String(node.value) : '';
  const found = /^tosca_simple_yaml_1_([0-3])$/.exec(name)?.[1];
  return found === '0' ? '1.0' : found === '1' ? '1.1' : found === '2' ? '1.2' : found === '3' ? '1.3' : '2.0';
}
