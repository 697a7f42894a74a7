/** Names of what a lab leaves in the file system, and the removal of what labs that are gone have left there. */
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'clocker-lab-';

/** Ticks since boot at which a process began: a pid alone may be somebody else's by now. */
function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

let opened = 0;

/** `clocker-lab-<pid>-<when the process began>-<number>` */
export const newLabName = (): string => `${prefix}${process.pid}-${beganAt(process.pid)}-${++opened}`;

function isOrphan(name: string): boolean {
  const [pid = '', began] = name.slice(prefix.length).split('-');
  return name.startsWith(prefix) && beganAt(Number(pid)) !== began;
}

const listing = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
};

/** A control group goes only when it is empty, so the innermost first. */
function removeGroup(path: string): void {
  for (const name of listing(path)) {
    const child = join(path, name);
    if (existsSync(join(child, 'cgroup.procs'))) removeGroup(child);
  }
  try {
    rmdirSync(path);
  } catch {
    // A process of it is still ending: the next sweep finds it.
  }
}

/** Groups under every controller (cgroup v1) and the one tree (v2). */
function groupsNamed(isWanted: (name: string) => boolean): readonly string[] {
  const root = '/sys/fs/cgroup';
  const parents = [root, ...listing(root).map((name) => join(root, name))];
  return parents.flatMap((parent) =>
    listing(parent)
      .filter(isWanted)
      .map((name) => join(parent, name)),
  );
}

export function removeLab(name: string): void {
  for (const group of groupsNamed((one) => one.startsWith(`${name}-`) || one === name)) removeGroup(group);
  rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 5 });
}

/** Takes away what the labs of dead processes have left. */
export function sweepLabs(): void {
  const names = new Set(listing(tmpdir()).filter(isOrphan));
  for (const group of groupsNamed(isOrphan)) removeGroup(group);
  for (const name of names) removeLab(name);
}

/** Where a lab keeps its files; the engines' sockets are in it, so it must be short (108 bytes). */
export const labDirectory = (name: string): string => join(tmpdir(), name);

export const writeConfiguration = (path: string, value: unknown): void => writeFileSync(path, JSON.stringify(value));
