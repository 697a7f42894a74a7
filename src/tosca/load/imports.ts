/** Resolves the imports of one file, reports those that lead nowhere, and loads the others. */
import type { Span } from '../../diagnostic/problem.ts';
import { valueOf } from '../../document/node.ts';
import { collectFindings } from '../findings.ts';
import type { Findings } from '../findings.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import { bundledProfile, profileNames } from '../profiles/names.ts';
import { readImportItem } from './import-item.ts';
import type { ImportItem } from './import-item.ts';
import type { Loading } from './load.ts';
import { clampPath, folderOf, joinPath, locate } from './locate.ts';
import { findProfileFile } from './profile-search.ts';
import type { Import, Unit } from './unit.ts';
import { sectionFor } from '../sections.ts';

const sectionOf = (findings: Findings): string => sectionFor('import', findings.version);

/** False where something was not looked at, so that names may be missing. What is not there is told and judged without. */
export function resolveImports(unit: Unit, imports: Import[], loading: Loading): boolean {
  const section = valueOf(unit.root, 'imports');
  const findings = collectFindings(unit.version, loading.problems);
  let complete = true;
  for (const node of section?.kind === 'list' ? section.items : []) {
    const item = readImportItem(node);
    if (item === undefined) continue;
    const before = loading.unreachable;
    const found = resolveItem(item, unit, findings, loading);
    if (found === undefined) complete &&= loading.unreachable === before;
    else
      imports.push({
        unit: found,
        at: item.at,
        ...(item.namespace === undefined ? {} : { namespace: item.namespace }),
      });
  }
  return complete;
}

function resolveItem(item: ImportItem, unit: Unit, findings: Findings, loading: Loading): Unit | undefined {
  const { target, profile, repository } = item;
  const section = sectionOf(findings);
  if (target !== undefined && profile !== undefined) {
    findings.add('InvalidImport', 'An import names a file or a profile, not both.', profile.span, { section });
    return undefined;
  }
  if (profile !== undefined && repository !== undefined)
    findings.add('InvalidImport', 'Files come from a repository; a profile is found by its name.', repository.span, {
      section,
    });
  if (profile !== undefined) return resolveProfile(String(profile.value), profile.span, unit, findings, loading);
  if (target === undefined) {
    const wanted = findings.version === '2.0' ? '"url" or "profile"' : '"file"';
    findings.add('MissingRequiredKeyname', `The import lacks ${wanted}.`, item.at, { section });
    return undefined;
  }
  const known = repository === undefined ? undefined : unit.repositories.get(String(repository.value));
  if (repository !== undefined && known === undefined) {
    const name = String(repository.value);
    findings.add('UnknownRepository', `No repository "${name}" is declared in this file.`, repository.span, {
      section,
    });
    findings.add(
      'MissingImportFile',
      `Its repository is unknown, so "${String(target.value)}" can’t be found.`,
      target.span,
      { section },
    );
    return undefined;
  }
  if (repository !== undefined && findings.version === '2.0' && /^[a-z][a-z0-9+.-]*:\/\//i.test(String(target.value))) {
    findings.add('InvalidImport', 'A whole URL is found without a repository (2.0 §6.8.2.2).', repository.span, {
      section,
    });
    return undefined;
  }
  return resolveTarget(String(target.value), target.span, known, unit, findings, loading);
}

function resolveTarget(
  name: string,
  at: Span,
  repository: Parameters<typeof locate>[3],
  unit: Unit,
  findings: Findings,
  loading: Loading,
): Unit | undefined {
  const { files, maps } = loading.options;
  const place = locate(name, unit.file, loading.root, repository);
  if (place.kind === 'profile') return undefined;
  if (place.kind === 'url') {
    const mapped = mappedPath(place.url, maps);
    return mapped === undefined
      ? resolveUrl(place.url, at, findings, loading)
      : readPath(mapped, at, name, findings, loading);
  }
  const candidates = candidatesOf(name, place.path, unit.file, findings, loading);
  const path = candidates.find((candidate) => files.kindOf(candidate) === 'file');
  if (path !== undefined) return readPath(path, at, name, findings, loading);
  // Before 2.0 a profile may be imported by its name, as a file is.
  const bundled = bundledProfile(name);
  if (bundled !== undefined) return loading.openProfile(bundled);
  const mapped = mappedPath(name, maps);
  return readPath(mapped ?? place.path, at, name, findings, loading);
}

/** Where the file may be. The folder of the entry is the root: `/x` counts from it, and `..` stops there. */
function candidatesOf(
  name: string,
  path: string,
  from: string,
  findings: Findings,
  loading: Loading,
): readonly string[] {
  const { archive } = loading.options;
  const clamped = clampPath(name, from, loading.root);
  if (archive === undefined) return [path, clamped, ...fallbackPaths(name, from, loading.root, findings)];
  const within = clampPath(name, from, archive.root);
  return /^(?:\/|\.\.)/.test(name) ? [clamped, within] : [within, clamped];
}

/**
 * Before 2.0 tools also looked from the folder of the template and from the folders above the importing file; files that
 * lean on it are many. `/x` and `..` say where they are.
 */
function fallbackPaths(name: string, from: string, root: string, findings: Findings): readonly string[] {
  if (findings.version === '2.0' || name.startsWith('/') || name.startsWith('..')) return [];
  const above: string[] = [joinPath(root, name)];
  let folder = folderOf(folderOf(from));
  for (let step = 0; step < mostFoldersAbove && folder !== '' && folder !== '/'; step++) {
    above.push(joinPath(folder, name));
    folder = folderOf(folder);
  }
  return above;
}

const mostFoldersAbove = 4;

/** The longest mapping whose left side the URL begins with. */
function mappedPath(url: string, maps: ReadonlyMap<string, string>): string | undefined {
  let best: string | undefined;
  for (const from of maps.keys()) if (url.startsWith(from) && from.length > (best?.length ?? -1)) best = from;
  return best === undefined ? undefined : `${maps.get(best) ?? ''}${url.slice(best.length)}`;
}

function readPath(path: string, at: Span, name: string, findings: Findings, loading: Loading): Unit | undefined {
  const known = loading.units.get(path);
  if (known !== undefined) return known;
  const content = loading.options.files.read(path);
  if (content.kind === 'text') return loading.openText(content.text, path);
  const why =
    content.kind === 'missing'
      ? 'is not there'
      : content.kind === 'unreadable'
        ? content.reason
        : `is a ${content.kind === 'binary' ? 'binary file' : content.kind}`;
  findings.add('MissingImportFile', `The imported file "${name}" can’t be read: ${path} ${why}.`, at, {
    section: sectionOf(findings),
  });
  return undefined;
}

function resolveUrl(url: string, at: Span, findings: Findings, loading: Loading): Unit | undefined {
  const { fetched } = loading.options;
  const text = fetched.get(url);
  if (text !== undefined) return loading.openText(text, url);
  loading.urls.add(url);
  const tried = fetched.has(url);
  if (!tried) loading.unreachable++;
  const message = tried
    ? `"${url}" could not be fetched.`
    : `"${url}" is on the network, where nothing is fetched from unless asked.`;
  findings.add('MissingImportFile', message, at, {
    section: sectionOf(findings),
    hint: `Say --online to fetch it, or --map ${url}=FILE to use a copy.`,
  });
  return undefined;
}

function resolveProfile(name: string, at: Span, unit: Unit, findings: Findings, loading: Loading): Unit | undefined {
  const bundled = bundledProfile(name);
  if (bundled !== undefined) return loading.openProfile(bundled);
  const mapped = mappedPath(name, loading.options.maps) ?? findProfileFile(name, unit.file, loading);
  if (mapped !== undefined) return readPath(mapped, at, name, findings, loading);
  findings.add('UnknownProfile', `No profile "${name}" comes with Clocker or lies beside the template.`, at, {
    section: '6.8.2.1',
    hint: didYouMean(name, profileNames) ?? `Put a file with "profile: ${name}" beside it, or say --map ${name}=FILE.`,
  });
  return undefined;
}
