/** An archive's files -> the template in it: by TOSCA.meta, or the one YAML file at its root. */
import type { Checked, Problem } from '../../diagnostic/problem.ts';
import type { Files } from '../../document/files.ts';
import { valueOf } from '../../document/node.ts';
import { parseDocument } from '../../document/parse.ts';
import { clampPath } from '../load/locate.ts';
import { toscaProblem } from '../problems.ts';
import { textOf } from '../types/lineage.ts';
import { readVersion } from '../version.ts';
import { readMeta } from './meta.ts';

export type Csar = {
  readonly entry: string;
  readonly text: string;
  /** Templates that may stand for nodes of the entry. */
  readonly others: readonly string[];
};

const metaPlaces = ['TOSCA-Metadata/TOSCA.meta', 'TOSCA.meta'] as const;

/** `root`: the folder the archive was unpacked in. */
export function openCsar(files: Files, root: string): Checked<Csar | undefined> {
  const inRoot = (name: string): string => clampPath(`/${name}`, root, root);
  const places = metaPlaces.filter((name) => files.kindOf(inRoot(name)) === 'file');
  const [place, second] = places;
  const problems: Problem[] = [];
  if (second !== undefined) problems.push(invalid('The archive has two TOSCA.meta files, and may have one.'));
  if (place === undefined) {
    if (files.kindOf(inRoot('TOSCA-Metadata')) === 'directory') {
      problems.push(invalid('The folder TOSCA-Metadata has no file TOSCA.meta.'));
      return { value: undefined, problems };
    }
    return openRootFile(files, root, inRoot);
  }
  const content = files.read(inRoot(place));
  if (content.kind !== 'text') return { value: undefined, problems: [...problems, invalid(`${place} can’t be read.`)] };
  const { meta, problems: found } = readMeta(content.text, inRoot(place));
  problems.push(...found);
  if (meta.entry === undefined) return { value: undefined, problems };
  const entry = files.read(inRoot(meta.entry));
  if (entry.kind !== 'text') {
    problems.push(
      toscaProblem(
        'MissingArchiveFile',
        `The archive lacks "${meta.entry}", which TOSCA.meta names as its template.`,
        undefined,
        {},
      ),
    );
    return { value: undefined, problems };
  }
  const others = meta.others.filter((name) => {
    const isThere = files.kindOf(inRoot(name)) === 'file';
    if (!isThere)
      problems.push(
        toscaProblem('MissingArchiveFile', `The archive lacks "${name}", which TOSCA.meta names.`, undefined, {}),
      );
    return isThere;
  });
  return { value: { entry: inRoot(meta.entry), text: entry.text, others: others.map(inRoot) }, problems };
}

const invalid = (message: string): Problem => toscaProblem('InvalidArchive', message, undefined, {});

/** Without TOSCA.meta there has to be exactly one YAML file at the root; 1.0 did not know of that (1.1 §6.3, 2.0 §17.3). */
function openRootFile(files: Files, root: string, inRoot: (name: string) => string): Checked<Csar | undefined> {
  const names = files.list(root).filter((name) => /\.ya?ml$/i.test(name) && files.kindOf(inRoot(name)) === 'file');
  const [name, second] = names;
  if (name === undefined || second !== undefined)
    return {
      value: undefined,
      problems: [
        invalid(
          `Without TOSCA.meta an archive has exactly one YAML file at its root, and this one has ${names.length}.`,
        ),
      ],
    };
  const content = files.read(inRoot(name));
  if (content.kind !== 'text') return { value: undefined, problems: [invalid(`${name} can’t be read.`)] };
  const { value: node } = parseDocument(content.text, inRoot(name), { schema: 'core' });
  const version = readVersion(textOf(valueOf(node, 'tosca_definitions_version')) ?? '');
  const value = { entry: inRoot(name), text: content.text, others: [] };
  if (version.kind !== 'version' || version.version === '2.0') return { value, problems: [] };
  if (version.version === '1.0')
    return { value, problems: [invalid('An archive of TOSCA 1.0 has to have TOSCA-Metadata/TOSCA.meta.')] };
  const metadata = valueOf(node, 'metadata');
  const missing = ['template_name', 'template_version'].filter((key) => valueOf(metadata, key) === undefined);
  return {
    value,
    problems: missing.map((key) =>
      toscaProblem(
        'MissingRequiredKeyname',
        `Without TOSCA.meta the template’s metadata has to say "${key}".`,
        metadata?.span ?? node.span,
        { section: '6.3', version: version.version },
      ),
    ),
  };
}
