import { readFileSync, existsSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { installPlugin, revivePlugin, type InstallOptions } from '../../../plugins/managed/index.ts';
import { hostNode, isStatic, pluginArchive } from '../../../plugins/managed/image.ts';

type Engine = InstallOptions['docker'];

/** An engine that knows one plugin, and the story of what was asked of it. */
function engineWith(state: { enabled: boolean } | undefined) {
  let plugin = state;
  const story: string[] = [];
  const docker: Engine = {
    plugin: async () => (plugin === undefined ? undefined : { id: 'p1', enabled: plugin.enabled }),
    createPlugin: async () => {
      story.push('create');
      plugin = { enabled: false };
    },
    enablePlugin: async () => {
      story.push('enable');
      plugin = { enabled: true };
    },
    disablePlugin: async () => {
      story.push('disable');
      plugin = { enabled: false };
    },
    removePlugin: async () => {
      plugin = undefined;
    },
  };
  return { docker, story };
}

/** A 64-bit ELF program with one program header of this type. */
function program(headerType: number): Buffer {
  const elf = Buffer.alloc(120);
  elf.writeUInt32BE(0x7f454c46, 0);
  elf[4] = 2;
  elf.writeBigUInt64LE(64n, 32);
  elf.writeUInt16LE(56, 54);
  elf.writeUInt16LE(1, 56);
  elf.writeUInt32LE(headerType, 64);
  return elf;
}
const options = {
  socket: '/run/docker/plugins/clocker.sock',
  answers: async () => true,
  read: () => program(1),
  exists: () => true,
  node: '/usr/bin/node',
};

describe('installing', () => {
  test.each([
    ['where there is none, makes and enables it', undefined, ['create', 'enable']],
    ['one that is disabled, enables it', { enabled: false }, ['enable']],
    ['one that works, leaves it', { enabled: true }, []],
  ])('%s', async (_name, state, expected) => {
    const { docker, story } = engineWith(state);
    await installPlugin({ ...options, docker });
    expect(story).toEqual(expected);
  });
  test.each([
    ['without a daemon', { answers: async () => false }, 'daemon-unreachable'],
    ['without a busybox', { read: () => undefined }, 'command-missing'],
    ['with a busybox that wants libraries', { read: () => program(3) }, 'command-missing'],
    ['with a path that a shell would read', { socket: '/run/$(x).sock' }, 'request-invalid'],
    ['with a Node whose path a shell would read', { node: '/opt/my node' }, 'request-invalid'],
  ])('%s is refused before anything is changed', async (_name, more, code) => {
    const { docker, story } = engineWith(undefined);
    await expect(installPlugin({ ...options, ...more, docker })).rejects.toMatchObject({ code });
    expect(story).toEqual([]);
  });
});

describe('once the daemon answers', () => {
  test.each([
    ['nothing is done where there is none', undefined, true, []],
    ['one that works is left', { enabled: true }, true, []],
    ['one that dockerd gave up is enabled', { enabled: false }, false, ['enable']],
    [
      'one that dockerd takes for enabled, and leads nowhere, is enabled anew',
      { enabled: true },
      false,
      ['disable', 'enable'],
    ],
  ])('%s', async (_name, state, isLinked, expected) => {
    const { docker, story } = engineWith(state);
    expect(await revivePlugin(docker, async () => isLinked)).toBe(expected.length > 0);
    expect(story).toEqual(expected);
  });
});

test('only an ELF program without an interpreter is static', () => {
  expect([program(1), program(3), Buffer.from('#!/bin/sh'), Buffer.alloc(100)].map(isStatic)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(isStatic(readFileSync(process.execPath))).toBe(false);
  if (existsSync('/bin/busybox')) expect(isStatic(readFileSync('/bin/busybox'))).toBe(true);
});

test('the archive holds the link to the daemon, and only reads of the host', async () => {
  const node = hostNode('/opt/node/bin/node', (path) => path !== '/lib64');
  expect(node.folders).toEqual(['/usr', '/lib', '/opt/node/bin']);
  expect(hostNode('/usr/bin/node', () => true).folders).toEqual(['/usr', '/lib', '/lib64']);
  const text = (await buffer(pluginArchive(program(1), '/run/docker/plugins/clocker.sock', node))).toString('latin1');
  expect(text).toContain('ln -sfn /run/docker/plugins/clocker.sock /run/docker/plugins/clocker.sock');
  expect(text).toContain('"capabilities":[]');
  const mounts = [
    ...text.matchAll(/"source":"([^"]+)","destination":"([^"]+)","type":"bind","options":\["rbind","ro"\]/g),
  ];
  expect(mounts.map(([, source, destination]) => `${source} ${destination}`)).toEqual([
    '/run/docker/plugins /daemon',
    ...node.folders.map((folder) => `${folder} ${folder}`),
  ]);
  expect(text).toContain('/opt/node/bin/node /waiting.cjs /daemon/clocker.sock /run/docker/plugins/clocker.sock');
});
