/** Before the live tests: one place for what every file would otherwise bundle for itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundlesVariable } from './bundle.ts';

export async function setup(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'clocker-bundles-'));
  process.env[bundlesVariable] = directory;
  return () => rm(directory, { recursive: true, force: true });
}
