/**
 * Blueprints: CAMP YAML with Brooklyn's keys and its `$brooklyn:` DSL, read into the entity model and written from it.
 * The DSL is read into values; what it yields is the runtime's affair.
 */
import type { Checked } from '../diagnostic/problem.ts';
import { sortProblems } from '../diagnostic/sort.ts';
import type { MapNode } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import { parseDocument } from '../document/parse.ts';
import type { Application, Entity } from '../model/entity.ts';
import { applicationOf, readApplication } from './application.ts';
import { readEntity, typeKeys } from './entity.ts';
import { asMap } from './reading.ts';
import type { Reading } from './reading.ts';

export { renderApplication, renderBlueprint, renderEntity } from './render.ts';

function createReading(): Reading {
  const r: Reading = { problems: [], entity: (node) => readEntity(r, node) };
  return r;
}

/** `file` is the name problems show. */
export function readBlueprint(text: string, file: string): Checked<Application> {
  const document = parseDocument(text, file, { schema: 'core', duplicateKeys: 'last-wins' });
  const r = createReading();
  const map = asMap(r, document.value, 'A blueprint');
  const value = map === undefined ? applicationOf([]) : readApplication(r, map);
  return { value, problems: sortProblems([...document.problems, ...r.problems]) };
}

/** One item of `services`, or a part of one; `type` is that of an item that says none. */
export function readBlueprintEntity(node: MapNode, type: string): Checked<Entity> {
  const r = createReading();
  const isTyped = typeKeys.some((key) => valueOf(node, key) !== undefined);
  return { value: isTyped ? readEntity(r, node) : readEntity(r, node, type), problems: r.problems };
}
