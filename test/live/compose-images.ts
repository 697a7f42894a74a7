/**
 * Images for the examples: there is no registry to pull from, so a busybox stands in for each name. It serves HTTP at the
 * ports the real ones do, and answers the programs health checks run.
 */
import { loadImage, type ImageOptions, type LabHost } from '../support/lab/index.ts';

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

const common = {
  applets: [...applets, ...more],
  folders: ['dev', 'etc', 'proc', 'run', 'sys', 'tmp', 'www'],
  files: {
    ...Object.fromEntries(healthy.map((name) => [`bin/${name}`, '#!/bin/sh\nexit 0\n'])),
    'etc/passwd': 'root:x:0:0:root:/:/bin/sh\n',
    'etc/group': 'root:x:0:\n',
    'bin/python': '#!/bin/sh\nexec httpd -f -p 8000 -h /www\n',
    'bin/stand-in': standIn,
    'www/index.html': 'stand-in\n',
  },
};

/** Images whose commands are for a shell, and which serve nothing of themselves. */
const isShell = (image: string): boolean => /^(?:alpine|busybox|python):/.test(image);

export async function loadStandIns(host: LabHost, images: readonly string[]): Promise<void> {
  const load = (options: ImageOptions): Promise<void> => loadImage(host.engine.address, options, host.directory);
  await load({ ...common, tags: images.filter(isShell), command: ['sh'] });
  await load({ ...common, tags: images.filter((image) => !isShell(image)), entrypoint: ['/bin/stand-in'] });
}
