/**
 * Kernel settings of the host that Clocker changes. What they were is kept beside (in /run, since a boot resets them), so
 * that they can be given back.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SettingName } from '../../src/host/sysctl.ts';
import { dictionary, readShape, text } from '../../src/shape/index.ts';
import type { Kernel } from './kernel.ts';

export type Settings = {
  /** Sets it where it differs; true when it did. A setting the kernel does not have is left out. */
  ensure(name: SettingName, value: string): Promise<boolean>;
  /** Gives back what was changed. */
  restore(): Promise<void>;
};

const shape = dictionary(text({ longest: 64 }), 10_000);
const isSettingName = (name: string): name is SettingName => name.startsWith('net/') && !name.includes('..');

async function readMemory(file: string): Promise<Map<SettingName, string>> {
  const content = await readFile(file, 'utf8').catch(() => '{}');
  try {
    const read = readShape(shape, JSON.parse(content));
    if (read.kind === 'issues') return new Map();
    return new Map(Object.entries(read.value).flatMap(([name, value]) => (isSettingName(name) ? [[name, value]] : [])));
  } catch {
    return new Map();
  }
}

export function openSettings(kernel: Pick<Kernel, 'setting' | 'setSetting'>, file: string): Settings {
  let memory: Map<SettingName, string> | undefined;

  async function remember(name: SettingName, value: string): Promise<void> {
    memory ??= await readMemory(file);
    if (memory.has(name)) return;
    memory.set(name, value);
    await mkdir(dirname(file), { recursive: true });
    const draft = `${file}.new`;
    await writeFile(draft, JSON.stringify(Object.fromEntries(memory)), { mode: 0o600 });
    await rename(draft, file);
  }

  return {
    ensure: async (name, value) => {
      const now = await kernel.setting(name);
      if (now === undefined || now === value) return false;
      await remember(name, now);
      await kernel.setSetting(name, value);
      return true;
    },
    restore: async () => {
      memory ??= await readMemory(file);
      for (const [name, value] of memory) await kernel.setSetting(name, value);
      memory = undefined;
      await rm(file, { force: true });
    },
  };
}
