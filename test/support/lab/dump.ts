/** What a failure leaves to look at: the state of every host, printed once. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from './host.ts';
import type { Lab } from './lab.ts';

const questions: readonly (readonly string[])[] = [
  ['ip', '-brief', 'addr'],
  ['ip', 'route', 'show', 'table', 'all'],
  ['ip', '-6', 'route'],
  ['nft', 'list', 'ruleset'],
];
/** The end of a log says most. */
const lastBytes = 8000;

async function dumpHost(host: LabHost): Promise<string> {
  const parts: string[] = [`══ ${host.name}`];
  for (const argv of questions) {
    const { stdout, stderr } = await host.run(argv);
    parts.push(`── ${argv.join(' ')}`, stdout + stderr);
  }
  if (host.engine.process !== undefined)
    parts.push('── docker ps -a', await host.docker('ps', '-a').catch((error: unknown) => String(error)));
  for (const file of readdirSync(host.directory).filter((name) => name.endsWith('.log'))) {
    const text = readFileSync(join(host.directory, file), 'utf8');
    if (text !== '') parts.push(`── ${file}`, text.slice(-lastBytes));
  }
  return parts.join('\n');
}

export async function dumpLab(lab: Lab): Promise<string> {
  if (!existsSync(lab.directory)) return 'The lab is gone already.';
  const hosts = await Promise.all(lab.hosts.map(dumpHost));
  return hosts.join('\n');
}

/** Runs a test; when it fails, prints the lab before the failure is reported. */
export async function withDump(lab: Lab, test: () => Promise<void>): Promise<void> {
  try {
    await test();
  } catch (error) {
    console.error(await dumpLab(lab).catch((reason: unknown) => `The lab can't be shown: ${String(reason)}`));
    throw error;
  }
}
