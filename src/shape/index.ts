/**
 * JSON from outside (requests, answers of the Docker Engine, files of our own) checked against the shape it should have.
 * A shape is one value that is the TypeScript type, the check, and the JSON Schema of the OpenAPI document at once, so the
 * three can't drift apart.
 */
export type { Issue, JsonSchema, Shape, TypeOf } from './shape.ts';
export { fits, readShape, renderIssues } from './read.ts';
export { anything, boolean, integer, nullable, number, text, word } from './scalars.ts';
export { dictionary, list, optional, record, textAt } from './collections.ts';
