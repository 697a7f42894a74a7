import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as VitePlugin } from 'vitest/config';

/** Text of the module that stands for a profile. */
export function profileModule(text: string, file: string): string;
export const profilesForEsbuild: EsbuildPlugin;
export const profilesForVite: VitePlugin;
