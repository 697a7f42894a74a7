/** A folder's files -> a CSAR, with the TOSCA.meta it needs. */
import type { Checked } from '../../diagnostic/problem.ts';
import { hasErrors } from '../../diagnostic/problem.ts';
import { parseDocument } from '../../document/parse.ts';
import { valueOf } from '../../document/node.ts';
import { toscaProblem } from '../problems.ts';
import { textOf } from '../types/lineage.ts';
import { readVersion } from '../version.ts';
import type { Contents } from './contents.ts';
import { badName, decode, filesOfContents } from './contents.ts';
import { renderMeta } from './meta.ts';
import { openCsar } from './open.ts';
import { packZip } from './pack.ts';

const metaName = /^(?:TOSCA-Metadata\/)?TOSCA\.meta$/;

/** `entry`: the template, where neither TOSCA.meta nor being the only YAML file at the root tells it. The same files give the same bytes. */
export function packArchive(contents: Contents, entry?: string): Checked<Buffer | undefined> {
  const bad = [...contents.keys()].find((name) => badName(name) !== undefined);
  if (bad !== undefined)
    return refuse('InvalidArchive', `"${bad}" can’t be put into an archive: ${badName(bad) ?? ''}.`);
  const withMeta = [...contents.keys()].some((name) => metaName.test(name)) ? contents : addMeta(contents, entry);
  if (withMeta === undefined)
    return refuse('MissingArchiveFile', entry === undefined ? noEntry : `There is no template "${entry}" to pack.`);
  const { problems } = openCsar(filesOfContents(withMeta, 'archive'), 'archive');
  return hasErrors(problems) ? { value: undefined, problems } : { value: packZip(withMeta), problems };
}

const noEntry = 'Nothing tells which file is the template: say --entry FILE, or leave one YAML file at the root.';

const refuse = (code: 'InvalidArchive' | 'MissingArchiveFile', message: string): Checked<undefined> => ({
  value: undefined,
  problems: [toscaProblem(code, message, undefined)],
});

function addMeta(contents: Contents, entry: string | undefined): Contents | undefined {
  const atRoot = [...contents.keys()].filter((name) => /^[^/]+\.ya?ml$/i.test(name));
  const name = entry ?? (atRoot.length === 1 ? atRoot[0] : undefined);
  const bytes = name === undefined ? undefined : contents.get(name);
  if (name === undefined || bytes === undefined) return undefined;
  const { value: root } = parseDocument(decode(bytes) ?? '', name, { schema: 'core' });
  const version = readVersion(textOf(valueOf(root, 'tosca_definitions_version')) ?? '');
  const isNew = version.kind === 'version' && version.version === '2.0';
  const author = textOf(valueOf(valueOf(root, 'metadata'), 'template_author')) ?? 'Clocker';
  const meta = renderMeta(name, [], isNew ? '2.0' : '1.1', author.replace(/\s+/g, ' '));
  return new Map([...contents, [isNew ? 'TOSCA.meta' : 'TOSCA-Metadata/TOSCA.meta', Buffer.from(meta, 'utf8')]]);
}
