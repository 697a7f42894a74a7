/**
 * Images for the examples: there is no registry to pull from, so a busybox stands in for each name. It serves HTTP at the
 * ports the real ones do, and answers the programs health checks run.
 */
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChecked } from '../../src/host/process.ts';
import type { LabHost } from '../support/lab/index.ts';

/** Ports below 1024 are not for users other than root: what can't be opened is left. */
const ports = [80, 2368, 3000, 3306, 5432, 6379, 8080, 9090, 9100];

const standIn = `#!/bin/sh
for port in ${ports.join(' ')}; do httpd -p "$port" -h /www 2>/dev/null; done
trap 'exit 0' TERM INT QUIT
while :; do sleep 1000 & wait $!; done
`;

const applets = ['sh', 'cat', 'echo', 'httpd', 'nc', 'nslookup', 'printf', 'sleep', 'tar', 'test', 'touch', 'wget'];
const more = ['chmod', 'id', 'kill', 'ls', 'mkdir', 'ping', 'true'];
const healthy = ['redis-cli', 'pg_isready', 'healthcheck.sh'];

async function writeRoot(root: string): Promise<void> {
  for (const folder of ['bin', 'dev', 'etc', 'proc', 'run', 'sys', 'tmp', 'www'])
    await mkdir(join(root, folder), { recursive: true });
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  for (const applet of [...applets, ...more]) await symlink('busybox', join(root, 'bin', applet));
  const scripts = new Map([
    ...healthy.map((name) => [name, '#!/bin/sh\nexit 0\n'] as const),
    ['../etc/passwd', 'root:x:0:0:root:/:/bin/sh\n'],
    ['../etc/group', 'root:x:0:\n'],
    ['python', '#!/bin/sh\nexec httpd -f -p 8000 -h /www\n'],
    ['stand-in', standIn],
  ]);
  for (const [name, text] of scripts) {
    await writeFile(join(root, 'bin', name), text);
    await chmod(join(root, 'bin', name), 0o755);
  }
  await writeFile(join(root, 'www/index.html'), 'stand-in\n');
}

/** Images whose commands are for a shell, and which serve nothing of themselves. */
const isShell = (image: string): boolean => /^(?:alpine|busybox|python):/.test(image);

export async function importStandIns(host: LabHost, images: readonly string[]): Promise<void> {
  const root = join(host.directory, 'stand-in');
  await writeRoot(root);
  const archive = join(host.directory, 'stand-in.tar');
  await runChecked(['tar', '-C', root, '-cf', archive, '.']);
  await host.docker('import', '--change', 'CMD ["sh"]', archive, 'stand-in:shell');
  await host.docker('import', '--change', 'ENTRYPOINT ["/bin/stand-in"]', archive, 'stand-in:server');
  for (const image of images) await host.docker('tag', isShell(image) ? 'stand-in:shell' : 'stand-in:server', image);
}
