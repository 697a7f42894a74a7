/**
 * Images without a registry and without a build: a layer with a busybox, and a configuration, as `docker load` takes them.
 * The same image has the same id on every engine.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { runChecked } from '../../../src/host/process.ts';

export type ImageOptions = {
  readonly tags: readonly string[];
  /** In /bin: a name of busybox each. */
  readonly applets: readonly string[];
  readonly folders: readonly string[];
  /** Path -> text; executable in /bin. */
  readonly files?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
};

type Entry = { readonly name: string; readonly content?: Buffer | string; readonly link?: string };

/** Of equal bytes for equal entries. */
function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  const mtime = new Date(0);
  for (const { name, content, link } of entries)
    if (link !== undefined) tar.entry({ name, mtime, type: 'symlink', linkname: link });
    else if (content === undefined)
      tar.entry({ name, mtime, type: 'directory', mode: name === 'tmp' ? 0o1777 : 0o755 });
    else tar.entry({ name, mtime, mode: name.startsWith('bin/') ? 0o755 : 0o644 }, content);
  tar.finalize();
  return buffer(tar);
}

const digestOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

async function archiveOf({ tags, applets, folders, files = {}, ...run }: ImageOptions): Promise<Buffer> {
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path)) ?? '';
  const layer = await tarOf([
    ...['bin', ...folders].map((name) => ({ name })),
    { name: 'bin/busybox', content: readFileSync(busybox) },
    ...applets.map((applet) => ({ name: `bin/${applet}`, link: 'busybox' })),
    ...Object.entries(files).map(([name, content]) => ({ name, content })),
  ]);
  const config = JSON.stringify({
    architecture: { x64: 'amd64' }[process.arch as string] ?? process.arch,
    os: 'linux',
    config: {
      ...(run.command === undefined ? {} : { Cmd: run.command }),
      ...(run.entrypoint === undefined ? {} : { Entrypoint: run.entrypoint }),
      // The first process of a container ignores SIGTERM unless it handles it: each stop would take Docker's ten seconds.
      StopSignal: 'SIGKILL',
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digestOf(layer)}`] },
  });
  const named = `${digestOf(config)}.json`;
  const complete = tags.map((tag) => (/:[^/]+$/.test(tag) ? tag : `${tag}:latest`));
  const manifest = [{ Config: named, RepoTags: complete, Layers: ['layer.tar'] }];
  return tarOf([
    { name: named, content: config },
    { name: 'layer.tar', content: layer },
    { name: 'manifest.json', content: JSON.stringify(manifest) },
  ]);
}

/** `directory`: where the archive may be put. */
export async function loadImage(address: string, options: ImageOptions, directory: string): Promise<void> {
  const archive = join(directory, 'image.tar');
  writeFileSync(archive, await archiveOf(options));
  await runChecked(['docker', '--host', address, 'load', '--quiet', '--input', archive]);
}

/** The image of the lab's containers. */
export const labImage: ImageOptions = {
  tags: ['busybox:lab'],
  folders: ['etc', 'tmp', 'proc', 'sys', 'dev'],
  applets: [
    ...[
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
    ],
  ],
  command: ['sleep', '1000000000'],
};
