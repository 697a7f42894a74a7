/** Kernel settings of this host's network, as files under /proc/sys. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Fault } from '../diagnostic/fault.ts';

/** A path below /proc/sys: `net/ipv4/conf/eth0.5/rp_filter`. Slashes, because an interface's name may have dots. */
export type SettingName = `net/${string}`;

const file = (name: SettingName): string => {
  if (name.split('/').some((part) => part === '' || part === '.' || part === '..'))
    throw new Error(`${name} is no kernel setting.`);
  return `/proc/sys/${name}`;
};

/** `undefined` where the kernel has no such setting. Read at once: the kernel has it in memory, a thread would take longer. */
export function readSetting(name: SettingName): Promise<string | undefined> {
  const path = file(name);
  try {
    return Promise.resolve(readFileSync(path, 'utf8').trim());
  } catch {
    return Promise.resolve(undefined);
  }
}

/** A setting that is gone meanwhile, with its interface, is no failure. */
export async function writeSetting(name: SettingName, value: string): Promise<void> {
  try {
    await writeFile(file(name), value, { flag: 'r+' });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw new Fault('not-permitted', `The kernel setting ${name} can't be set to ${value}.`, {
      cause,
      hint: 'The daemon must run as root, with /proc/sys writable.',
    });
  }
}
