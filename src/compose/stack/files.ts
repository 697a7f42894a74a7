/** Secrets and configs of a service. */
import type { Part } from './parts.ts';
import { eachMap } from './parts.ts';
import type { Row } from './row.ts';

/** Modes are numbers in a stack file. */
const mode: Part = (value) => ({
  value: typeof value === 'string' && /^[0-7]+$/.test(value) ? Number.parseInt(value, 8) : value,
});

const parts = new Map<string, Part>([
  ['source', true],
  ['target', true],
  ['uid', true],
  ['gid', true],
  ['mode', mode],
]);

export const fileReferences: Row = (value) => eachMap(value, parts, 'A stack file has no word for it.');
