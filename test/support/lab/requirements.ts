/** Whether this machine can carry a lab. */
import { existsSync } from 'node:fs';
import { run } from '../../../src/host/process.ts';

/** Program -> Debian package. */
const programs = {
  dockerd: 'docker.io',
  docker: 'docker.io',
  ip: 'iproute2',
  nft: 'nftables',
  iptables: 'iptables',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  busybox: 'busybox-static',
} as const;

const isThere = (program: string): boolean =>
  ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'].some((directory) =>
    existsSync(`${directory}/${program}`),
  );

/** Why there can be no lab here, in words; undefined when there can. */
export async function whyNoLab(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'not run as root';
  for (const [program, debian] of Object.entries(programs))
    if (!isThere(program)) return `${program} is not installed (apt-get install ${debian})`;
  const namespaces = await run(['unshare', '--net', '--mount', '--uts', '--pid', '--fork', '--mount-proc', 'true']);
  if (namespaces.status !== 0) return `namespaces are not permitted here: ${namespaces.stderr.trim()}`;
  const mount = await run(['unshare', '--mount', 'busybox', 'mount', '-t', 'tmpfs', 'tmpfs', '/run']);
  return mount.status === 0 ? undefined : `mounting is not permitted here: ${mount.stderr.trim()}`;
}
