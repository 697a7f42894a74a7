/** What tells this host from every other one that runs now, a clone of it among them; another one after a boot. */
import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';

/**
 * The kernel's boot id (random(4)) and the network namespace: a machine's id is copied with its disk, and hosts that are
 * namespaces of one machine share its boot.
 */
export async function hostIdentity(): Promise<string> {
  try {
    const [boot, network] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/net'),
    ]);
    return `${boot.trim()} ${network}`;
  } catch {
    return randomUUID();
  }
}
