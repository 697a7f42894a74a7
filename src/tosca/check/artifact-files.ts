/** Files that artifacts and implementations name: they have to be there when the application is deployed. */
import { createHash } from 'node:crypto';
import type { Problem, Span } from '../../diagnostic/problem.ts';
import type { Files } from '../../document/files.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { artifactsOf, isImage, readArtifact } from '../definitions/artifact.ts';
import type { ArtifactDefinition } from '../definitions/artifact.ts';
import { notificationEntries, operationEntries } from '../definitions/interface.ts';
import { namedItems } from '../definitions/requirement.ts';
import { asMap } from '../definitions/schema.ts';
import { collectFindings } from '../findings.ts';
import type { Findings } from '../findings.ts';
import { placeArtifact } from '../load/artifact-place.ts';
import type { Archive, Loaded } from '../load/load.ts';
import { folderOf } from '../load/locate.ts';
import type { Unit } from '../load/unit.ts';
import { categories, categoryRows } from '../names/category.ts';
import { findType } from '../names/scope.ts';
import { topologyOf } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { sectionFor } from '../sections.ts';

type Looking = {
  readonly files: Files;
  readonly archive: Archive | undefined;
  readonly root: string;
  readonly unit: Unit;
  readonly findings: Findings;
  /** Told already: one file may be named many times. */
  readonly told: Set<string>;
};

/** A file that is not there is an error in an archive, which should hold all it needs, and a warning anywhere else. */
export function checkArtifactFiles(loaded: Loaded, files: Files, archive: Archive | undefined): readonly Problem[] {
  const problems: Problem[] = [];
  const root = folderOf(loaded.entry?.file ?? '');
  for (const unit of loaded.units) {
    const findings = collectFindings(unit.version, problems);
    const looking: Looking = { files, archive, root, unit, findings, told: new Set() };
    for (const category of categories)
      for (const body of bodiesIn(valueOf(unit.root, categoryRows[category].section))) lookAt(body, new Map(), looking);
    const topology = topologyOf(unit);
    if (topology === undefined || (unit !== loaded.entry && !loaded.others.includes(unit))) continue;
    for (const template of [...topology.nodes.values(), ...topology.relationships.values()])
      lookAt(template.node, template.type === undefined ? new Map() : artifactsOf(template.type), looking);
  }
  return problems;
}

const bodiesIn = (section: Node | undefined): readonly Node[] =>
  asMap(section)?.entries.map(({ value }) => value) ?? [];

/** A type or template: its artifacts, the implementations of its operations, and those of relationships in it. */
function lookAt(body: Node, inherited: ReadonlyMap<string, ArtifactDefinition>, looking: Looking): void {
  const known = new Set(inherited.keys());
  for (const { key, value } of asMap(valueOf(body, 'artifacts'))?.entries ?? []) {
    const name = textOf(key) ?? '';
    known.add(name);
    lookAtArtifact(readArtifact(name, key.span, value, looking.unit), looking);
  }
  for (const item of bodiesIn(valueOf(body, 'interfaces')))
    for (const { value } of [...operationEntries(item), ...notificationEntries(item)])
      lookAtImplementation(value, known, looking);
  for (const { node } of namedItems(valueOf(body, 'requirements'))) {
    const relationship = valueOf(node, 'relationship');
    if (relationship !== undefined) lookAt(relationship, new Map(), looking);
  }
}

function lookAtImplementation(operation: Node, known: ReadonlySet<string>, looking: Looking): void {
  const node = textOf(operation) === undefined ? valueOf(operation, 'implementation') : operation;
  if (node === undefined) return;
  const dependencies = valueOf(node, 'dependencies');
  const items = [
    textOf(node) === undefined ? (valueOf(node, 'primary') ?? node) : node,
    ...(dependencies?.kind === 'list' ? dependencies.items : []),
  ];
  for (const item of items) {
    const artifact = readArtifact('', item.span, item, looking.unit);
    if (artifact.file !== undefined && !known.has(artifact.file)) lookAtArtifact(artifact, looking);
  }
}

function lookAtArtifact(artifact: ArtifactDefinition, looking: Looking): void {
  const { file, node, unit, repository } = artifact;
  if (file === undefined || file.trim() === '' || repository !== undefined || isImage(artifact)) return;
  // A type nobody knows has been told; its files may be anything.
  if (artifact.type !== undefined && findType(unit, 'artifact', artifact.type) === undefined) return;
  const place = placeArtifact(file, unit.file, looking.root, looking.archive);
  if (place.kind === 'elsewhere') return;
  const path = place.paths.find((one) => looking.files.kindOf(one) !== 'missing');
  const at = (valueOf(node, 'file') ?? node).span;
  if (path === undefined) tellMissing(file, at, looking);
  else checkSum(node, file, path, looking);
}

function tellMissing(file: string, at: Span, { archive, findings, told }: Looking): void {
  if (told.has(file)) return;
  told.add(file);
  const section = sectionFor('artifact', findings.version);
  if (archive === undefined)
    findings.add('MissingArtifactFile', `The file "${file}" of an artifact is not there.`, at, {
      section,
      hint: 'It has to be there when the application is deployed.',
    });
  else findings.add('MissingArchiveFile', `The archive lacks the file "${file}".`, at, { section });
}

const algorithms: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA1', 'sha1'],
  ['SHA256', 'sha256'],
  ['SHA384', 'sha384'],
  ['SHA512', 'sha512'],
]);

/** Only texts can be read here, and of algorithms only those everybody means the same by. */
function checkSum(node: Node, file: string, path: string, { files, findings }: Looking): void {
  const wanted = valueOf(node, 'checksum');
  const name = textOf(valueOf(node, 'checksum_algorithm'));
  const algorithm = name === undefined ? undefined : algorithms.get(name.replace(/[-_ ]/g, '').toUpperCase());
  const content = files.read(path);
  if (wanted?.kind !== 'scalar' || algorithm === undefined || content.kind !== 'text') return;
  const found = createHash(algorithm).update(content.text, 'utf8').digest('hex');
  if (found === wanted.text.trim().toLowerCase()) return;
  findings.add('ChecksumMismatch', `The file "${file}" has the checksum ${found}.`, wanted.span, {
    section: sectionFor('artifact', findings.version),
  });
}
