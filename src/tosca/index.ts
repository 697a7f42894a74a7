/**
 * TOSCA: text or archive of any of its five versions -> checked template -> entity model, and back. The parts, in the order
 * of reading: grammar (tables) and structure (their checker), load (files, imports, profiles), names, types and definitions
 * (what is declared, inherited and refined), data and functions (values), topology, check (all rules), model (translation).
 */
export { validateTosca } from './validate.ts';
export type { ToscaInput, Validation, Verdict } from './validate.ts';
export { readTosca } from './read.ts';
export type { ToscaReading } from './read.ts';
export { archiveKind } from './csar/archive.ts';
export { packArchive } from './csar/build.ts';
export { limits as contentsLimits } from './csar/contents.ts';
export { openArchive, openFolder, unpackArchive } from './csar/template.ts';
export type { ArchivedTemplate } from './csar/template.ts';
export type { Archive, Loaded } from './load/load.ts';
export { fingerprintOf, readPrivateKey, readPublicKey, signContents, verifyContents } from './csar/sign.ts';
export { toscaProblems } from './problems.ts';
export { writeTemplate } from './write/template.ts';
export type { WrittenVersion } from './write/dialect.ts';
export { explainMember } from './explain.ts';
export { upgradeTemplate } from './upgrade/template.ts';
