/**
 * Blueprints: CAMP YAML with Brooklyn's keys and its `$brooklyn:` DSL, read into the entity model and written from it.
 * The DSL is read into values; what it yields is the runtime's affair.
 */
import type { Checked } from '../diagnostic/problem.ts';
import { sortProblems } from '../diagnostic/sort.ts';
import type { MapNode, Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import { parseDocument } from '../document/parse.ts';
import type { Application, Entity } from '../model/entity.ts';
import { applicationOf, readApplication } from './application.ts';
import { readEntity } from './entity.ts';
import { asMap } from './reading.ts';
import type { Reading } from './reading.ts';

export { renderApplication, renderBlueprint, renderEntity } from './render.ts';

/** `file` is the name problems show. */
export function readBlueprint(text: string, file: string): Checked<Application> {
  const document = parseDocument(text, file, { schema: 'core', duplicateKeys: 'last-wins' });
  const { value, problems } = readBlueprintNode(document.value);
  return { value, problems: sortProblems([...document.problems, ...problems]) };
}

/** The same of a document parsed already. */
export function readBlueprintNode(root: Node): Checked<Application> {
  const r: Reading = { problems: [], entity: (node) => readEntity(r, node) };
  const map = asMap(r, root, 'A blueprint');
  return { value: map === undefined ? applicationOf([]) : readApplication(r, map), problems: r.problems };
}

/** One item of `services`, or a part of one; `type` is that of an item that says none. */
export function readBlueprintEntity(node: MapNode, type: string): Checked<Entity> {
  const r: Reading = { problems: [], entity: (inner) => readEntity(r, inner) };
  const said = ['type', 'serviceType', 'service_type'].some((key) => valueOf(node, key) !== undefined);
  return { value: said ? readEntity(r, node) : readEntity(r, node, type), problems: r.problems };
}
