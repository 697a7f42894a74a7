/**
 * TOSCA: text or archive of any of its five versions -> checked template -> entity model, and back. The parts, in the order
 * of reading: grammar (tables) and structure (their checker), load (files, imports, profiles), names, types and definitions
 * (what is declared, inherited and refined), data and functions (values), topology, check (all rules), model (translation).
 * Checking loads nothing of what comes after it, so that a cold command which only checks reads no more than that.
 */
import type { Checked } from '../diagnostic/problem.ts';
import type * as Explain from './explain.ts';
import type { ToscaReading } from './read.ts';
import type * as Upgrade from './upgrade/template.ts';
import type { ToscaInput } from './validate.ts';
import type * as Write from './write/template.ts';

export { validateTosca } from './validate.ts';
export type { ToscaInput, Validation, Verdict } from './validate.ts';
export type { Archive, Loaded } from './load/load.ts';
export { toscaProblems } from './problems.ts';
export type { WrittenVersion } from './write/dialect.ts';

export const readTosca = async (input: ToscaInput): Promise<Checked<ToscaReading>> =>
  (await import('./read.ts')).readTosca(input);

export const writeTemplate = async (
  ...given: Parameters<typeof Write.writeTemplate>
): Promise<ReturnType<typeof Write.writeTemplate>> => (await import('./write/template.ts')).writeTemplate(...given);

export const explainMember = async (
  ...given: Parameters<typeof Explain.explainMember>
): Promise<ReturnType<typeof Explain.explainMember>> => (await import('./explain.ts')).explainMember(...given);

export const upgradeTemplate = async (
  ...given: Parameters<typeof Upgrade.upgradeTemplate>
): ReturnType<typeof Upgrade.upgradeTemplate> => (await import('./upgrade/template.ts')).upgradeTemplate(...given);
