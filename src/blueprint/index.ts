/**
 * Blueprints: CAMP YAML with Brooklyn's keys and its `$brooklyn:` DSL, read into the entity model and written from it.
 * The DSL is read into values; what it yields is the runtime's affair.
 */
import type { Checked } from '../diagnostic/problem.ts';
import type { Node } from '../document/node.ts';
import { parseDocument } from '../document/parse.ts';
import type { Application } from '../model/entity.ts';
import { applicationOf, readApplication } from './application.ts';
import { readEntity } from './entity.ts';
import { asMap } from './reading.ts';
import type { Reading } from './reading.ts';

export { renderBlueprint } from './render.ts';

/** `file` is the name problems show. */
export function readBlueprint(text: string, file: string): Checked<Application> {
  const document = parseDocument(text, file, { schema: 'core', duplicateKeys: 'last-wins' });
  const { value, problems } = readBlueprintNode(document.value);
  return { value, problems: [...document.problems, ...problems] };
}

/** The same of a document parsed already. */
export function readBlueprintNode(root: Node): Checked<Application> {
  const r: Reading = { problems: [], entity: (node) => readEntity(r, node) };
  const map = asMap(r, root, 'A blueprint');
  return { value: map === undefined ? applicationOf([]) : readApplication(r, map), problems: r.problems };
}
