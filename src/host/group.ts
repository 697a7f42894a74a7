/** Groups of this host's users. */
import { readFile } from 'node:fs/promises';
import { run } from './process.ts';

/** Undefined where there is none. */
export async function findGroup(name: string, file = '/etc/group'): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [group, , id = ''] = line.split(':');
    if (group === name && /^\d+$/.test(id)) return Number(id);
  }
  return undefined;
}

/** Makes it when it is absent; undefined where that can't be done, as on a read-only system. */
export async function ensureGroup(name: string): Promise<number | undefined> {
  const known = await findGroup(name);
  if (known !== undefined || !/^[a-z_][a-z0-9_-]{0,31}$/.test(name)) return known;
  await run(['groupadd', '--system', name]).catch(() => undefined);
  return findGroup(name);
}
