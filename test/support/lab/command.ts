/** The built `clocker`, run on a lab host as a user runs it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, runChecked, type Finished } from '../../../src/host/process.ts';
import type { LabHost } from './host.ts';
import { until, type LabProcess } from './process.ts';

const root = join(import.meta.dirname, '../../..');
export const clockerProgram = [process.execPath, join(root, 'bin/clocker')] as const;

/** Builds it when nothing has been built. */
export async function ensureBuilt(): Promise<void> {
  if (!existsSync(join(root, 'dist/clocker.cjs')))
    await runChecked([process.execPath, join(root, 'scripts/build.mjs')], { timeout: 120_000 });
}

/** `clocker up` with what it is told besides the engine, the host's name and where its files are; answers when it answers. */
export async function startUp(host: LabHost, ...flags: readonly string[]): Promise<LabProcess> {
  const own = ['--docker', host.engine.address, '--node-name', host.name, '--state-dir', join(host.directory, 'state')];
  const store = ['--store', `embedded://${join(host.directory, 'store')}`];
  const up = await host.start('clocker', [...clockerProgram, 'up', ...own, ...store, ...flags]);
  await until(`clocker up on ${host.name} has opened its sockets`, () => {
    if (!up.isRunning()) throw new Error(`clocker up on ${host.name} ended.`);
    const sockets = ['docker/plugins/clocker.sock', 'clocker/clocker.sock'];
    return sockets.every((socket) => existsSync(`/proc/${host.pid}/root/run/${socket}`)) ? true : undefined;
  });
  return up;
}

/** One command line on that host. Any status is an answer. */
export const clocker = (host: LabHost, ...words: readonly string[]): Promise<Finished> =>
  run([...host.enter, ...clockerProgram, ...words], { timeout: 90_000 });
