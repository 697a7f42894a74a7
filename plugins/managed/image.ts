/**
 * The managed plugin, which is all that Swarm takes: a static busybox that makes a link from the plugin's socket to the
 * daemon's, and waits. dockerd follows the link on the host, so no call passes through the plugin, and it needs no
 * network and no capability. While the daemon is not there yet, the host's own Node answers in its place (waiting.ts); for
 * that the plugin sees the host's programs and libraries, and the folder of the daemon's socket, to read.
 */
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { managedPlugin } from '../../src/model/network/swarm.ts';
import { waitingProgram } from './waiting.ts';

export const pluginName = managedPlugin;
/** As dockerd sees it, when it follows the link. */
export const defaultSocket = '/run/docker/plugins/clocker.sock';
const socketName = 'clocker.sock';

/** Seconds for each answer: the daemon answers within ten. */
export const answerTimeout = 30;

/** Where the plugin finds its own socket, and the folder of the daemon's. */
const own = `/run/docker/plugins/${socketName}`;
const daemonFolder = '/daemon';

/** Without a Node that runs here the link is made at once: then dockerd must not boot before the daemon. */
const link = (socket: string, node: string): string => `#!/bin/busybox sh
trap 'exit 0' TERM INT
${node} /waiting.cjs ${daemonFolder}/${basename(socket)} ${own} ${socket} & wait $! || /bin/busybox ln -sfn ${socket} ${own}
while :; do /bin/busybox sleep 86400 & wait $!; done
`;

/** The host's Node: the program, and the folders it and its libraries are in. */
export type HostNode = { readonly program: string; readonly folders: readonly string[] };

const usualFolders = ['/usr', '/lib', '/lib64'] as const;

/** `program`: of the running process. */
export function hostNode(program: string, exists: (path: string) => boolean): HostNode {
  const folders = usualFolders.filter(exists);
  return { program, folders: program.startsWith('/usr/') ? folders : [...folders, dirname(program)] };
}

const mountOf = (name: string, source: string, destination: string) => ({
  name,
  description: '',
  source,
  destination,
  type: 'bind',
  options: ['rbind', 'ro'],
  settable: [],
});

/** docs.docker.com/engine/extend/config */
const configuration = (socket: string, { folders }: HostNode) => ({
  description: 'Clocker: routed networks and addresses',
  documentation: 'https://docs.docker.com/engine/extend/',
  entrypoint: ['/bin/busybox', 'sh', '/link'],
  workdir: '/',
  interface: { socket: socketName, types: ['docker.networkdriver/1.0', 'docker.ipamdriver/1.0'] },
  network: { type: 'none' },
  linux: { capabilities: [], allowAllDevices: false, devices: [] },
  mounts: [
    mountOf('daemon', dirname(socket), daemonFolder),
    ...folders.map((folder, index) => mountOf(`node${index}`, folder, folder)),
  ],
  env: [],
  args: { name: '', description: '', settable: [], value: [] },
  propagatedMount: '',
});

/** Nothing in it is quoted by the script. */
export const isPlainPath = (path: string): boolean => /^\/[\w./-]{1,100}$/.test(path);

/** What `POST /plugins/create` takes. `busybox`: the program, statically linked. */
export function pluginArchive(busybox: Buffer, socket: string, node: HostNode): Readable {
  const archive = pack();
  archive.entry({ name: 'config.json', mode: 0o644 }, JSON.stringify(configuration(socket, node)));
  for (const directory of ['rootfs', 'rootfs/bin', 'rootfs/run', 'rootfs/run/docker', 'rootfs/run/docker/plugins'])
    archive.entry({ name: `${directory}/`, type: 'directory', mode: 0o755 });
  for (const directory of ['rootfs/proc', 'rootfs/sys', 'rootfs/dev', 'rootfs/etc', 'rootfs/tmp'])
    archive.entry({ name: `${directory}/`, type: 'directory', mode: 0o755 });
  archive.entry({ name: 'rootfs/bin/busybox', mode: 0o755 }, busybox);
  archive.entry({ name: 'rootfs/link', mode: 0o755 }, link(socket, node.program));
  archive.entry({ name: 'rootfs/waiting.cjs', mode: 0o644 }, waitingProgram);
  archive.finalize();
  return Readable.from(archive);
}

/** An ELF program without an interpreter (PT_INTERP) needs no libraries. */
export function isStatic(program: Buffer): boolean {
  const isElf64 = program.length > 64 && program.readUInt32BE(0) === 0x7f454c46 && program[4] === 2;
  if (!isElf64) return false;
  const at = Number(program.readBigUInt64LE(32));
  const [size, count] = [program.readUInt16LE(54), program.readUInt16LE(56)];
  for (let index = 0; index < count; index++) {
    const header = at + index * size;
    if (header + 4 > program.length || program.readUInt32LE(header) === 3) return false;
  }
  return true;
}
