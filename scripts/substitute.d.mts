import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as VitePlugin } from 'vitest/config';

export type Substitution = {
  /** From the root of the project. */
  readonly file: string;
  /** Must be there, once. */
  readonly find: string;
  readonly replace: string;
};
export function substituted(file: string, source: string, substitutions: readonly Substitution[]): string;
export function substitutionsForEsbuild(substitutions: readonly Substitution[]): EsbuildPlugin;
export const substitutionsForVite: VitePlugin;
