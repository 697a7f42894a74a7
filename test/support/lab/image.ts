/** The image of the lab's containers: there is no registry to pull from, so it is a busybox and nothing else. */
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runChecked } from '../../../src/host/process.ts';

const applets = [
  'sh',
  'sleep',
  'ip',
  'ping',
  'ping6',
  'cat',
  'echo',
  'nslookup',
  'wget',
  'httpd',
  'nc',
  'true',
  'ls',
  'hostname',
];

export async function importImage(address: string, name: string, directory: string): Promise<void> {
  const root = join(directory, 'image');
  if (!existsSync(root)) {
    mkdirSync(join(root, 'bin'), { recursive: true });
    for (const part of ['etc', 'tmp', 'proc', 'sys', 'dev']) mkdirSync(join(root, part));
    const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path)) ?? '';
    copyFileSync(busybox, join(root, 'bin/busybox'));
    for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet));
  }
  const archive = join(directory, 'image.tar');
  await runChecked(['tar', '-C', root, '-cf', archive, '.']);
  await runChecked(['docker', '--host', address, 'import', '--change', 'CMD ["sleep", "1000000000"]', archive, name]);
}
