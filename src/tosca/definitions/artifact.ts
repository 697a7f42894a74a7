/** Artifacts of a node type: not refined but replaced whole (2.0 §12.2). */
import type { Span } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Unit } from '../load/unit.ts';
import { memo } from '../memo.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { bodyOf, findType } from '../names/scope.ts';
import { lineageOf, textOf } from '../types/lineage.ts';
import { asMap } from './schema.ts';

export type ArtifactDefinition = {
  readonly name: string;
  readonly at: Span;
  readonly node: Node;
  readonly unit: Unit;
  readonly file: string | undefined;
  readonly type: string | undefined;
  readonly repository: string | undefined;
  /** `deploy_path`: where it is put in what runs the node. */
  readonly deployPath: string | undefined;
};

export const readArtifact = (name: string, at: Span, node: Node, unit: Unit): ArtifactDefinition => ({
  name,
  at,
  node,
  unit,
  file: textOf(node) ?? textOf(valueOf(node, 'file')),
  type: textOf(valueOf(node, 'type')),
  repository: textOf(valueOf(node, 'repository')),
  deployPath: textOf(valueOf(node, 'deploy_path')),
});

export type ArtifactDefinitions = ReadonlyMap<string, ArtifactDefinition>;

export function replaceArtifacts(
  inherited: ArtifactDefinitions,
  section: Node | undefined,
  unit: Unit,
): ArtifactDefinitions {
  const entries = asMap(section)?.entries ?? [];
  if (entries.length === 0) return inherited;
  const all = new Map(inherited);
  for (const { key, value } of entries)
    if (key.kind === 'scalar') all.set(String(key.value), readArtifact(String(key.value), key.span, value, unit));
  return all;
}

export const artifactsOf = memo(
  (type: TypeDeclaration): ArtifactDefinitions =>
    lineageOf(type).reduceRight<ArtifactDefinitions>(
      (inherited, one) => replaceArtifacts(inherited, valueOf(bodyOf(one), 'artifacts'), one.unit),
      new Map(),
    ),
);

const imageTypes =
  /(?:^|\.)(?:Image\.Container\.Docker|Container\.Docker|Image\.Docker|DockerImage|docker(?:\.image)?|artifacts\.Image|artifacts\.Dockerfile|Image\.Service|Dockerfile)$/i;

/** An image for containers: it is pulled or built, and no file of ours. */
export function isImage({ type, unit }: ArtifactDefinition): boolean {
  if (type === undefined) return false;
  const declared = findType(unit, 'artifact', type);
  const line = declared === undefined ? [type] : lineageOf(declared).map(({ name }) => name);
  return line.some((name) => imageTypes.test(name));
}

/** Its `deploy_path`, a folder where that ends with a slash; or its name, in the folder of whoever uses it. */
export function deployedAs({ file = '', deployPath }: ArtifactDefinition): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (deployPath === undefined || deployPath === '') return name;
  return deployPath.endsWith('/') ? `${deployPath}${name}` : deployPath;
}
