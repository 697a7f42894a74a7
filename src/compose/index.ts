/**
 * Compose files: loading them (load.ts) to the normal form Docker Compose has for them, and from there to the entity
 * model and back (model/), to files for `docker stack deploy` (stack/), and to warnings (lint/).
 */
export { findComposeFiles } from './discover.ts';
export type { Discovery } from './discover.ts';
export { loadCompose } from './load.ts';
export { projectJson } from './json.ts';
export type { JsonOptions } from './json.ts';
export type { ComposeFlags, ComposeInput, ComposeProject } from './project.ts';
export { parseEnvFile, parseRawEnvFile } from './syntax/env-file.ts';
