import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pack } from 'tar-stream';
import { archiveKind, readArchive } from '../../../src/tosca/csar/archive.ts';
import { packZip } from '../../../src/tosca/csar/pack.ts';

type TarEntry = { readonly name: string; readonly text?: string; readonly type?: 'symlink' | 'link' | 'fifo' };

async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const stream = pack();
  for (const { name, text = '', type } of entries)
    stream.entry(
      type === undefined ? { name } : { name, type, linkname: '/etc/passwd' },
      type === undefined ? text : '',
    );
  stream.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A zip with the name of its one file replaced, in both headers, by one of the same length. */
function zipNamed(name: string): Buffer {
  const placeholder = 'a'.repeat(name.length);
  const bytes = packZip(new Map([[placeholder, Buffer.from('x')]]));
  return Buffer.from(bytes.toString('latin1').replaceAll(placeholder, name), 'latin1');
}

const namesOf = async (bytes: Buffer): Promise<readonly string[] | 'refused'> => {
  const read = await readArchive(bytes);
  return read.kind === 'contents' ? [...read.contents.keys()] : 'refused';
};

describe('kinds of archives', () => {
  test('are told by the bytes', async () => {
    const tar = await tarOf([{ name: 'a.yaml', text: 'a' }]);
    expect(archiveKind(packZip(new Map([['a', Buffer.from('a')]])))).toBe('zip');
    expect(archiveKind(tar)).toBe('tar');
    expect(archiveKind(gzipSync(tar))).toBe('tgz');
    expect(archiveKind(Buffer.from('tosca_definitions_version: tosca_2_0'))).toBeUndefined();
  });

  test('hold the same files', async () => {
    const tar = await tarOf([
      { name: './a.yaml', text: 'a' },
      { name: 'b/c.yaml', text: 'c' },
    ]);
    const zip = packZip(
      new Map([
        ['a.yaml', Buffer.from('a')],
        ['b/c.yaml', Buffer.from('c')],
      ]),
    );
    for (const bytes of [tar, gzipSync(tar), zip]) expect(await namesOf(bytes)).toEqual(['a.yaml', 'b/c.yaml']);
  });
});

describe('what would do harm is refused', () => {
  test.each(['../evil.sh', '/etc/evil', 'a/../../evil', 'a\\..\\evil', 'C:/evil.sh', 'a//evil', './a/./evil'])(
    'zip entry %s',
    async (name) => expect(await namesOf(zipNamed(name))).toBe('refused'),
  );

  test.each(['../evil.sh', '/etc/evil', 'a/../../evil'])('tar entry %s', async (name) =>
    expect(await namesOf(await tarOf([{ name, text: 'x' }]))).toBe('refused'),
  );

  test.each(['symlink', 'link', 'fifo'] as const)('a %s in a tar', async (type) =>
    expect(await namesOf(await tarOf([{ name: 'a', type }]))).toBe('refused'),
  );

  test('two files of one name, and a file where a folder is', async () => {
    expect(
      await namesOf(
        await tarOf([
          { name: 'a', text: '1' },
          { name: 'a', text: '2' },
        ]),
      ),
    ).toBe('refused');
    expect(
      await namesOf(
        await tarOf([
          { name: 'a', text: '1' },
          { name: 'a/b', text: '2' },
        ]),
      ),
    ).toBe('refused');
  });

  test('a link in a zip', async () => {
    const bytes = packZip(new Map([['a', Buffer.from('/etc/passwd')]]));
    const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bytes.writeUInt32LE((0o120777 * 65_536) >>> 0, central + 38);
    expect(await namesOf(bytes)).toBe('refused');
  });

  test('an entry that says it is small and is not', async () => {
    const bytes = packZip(new Map([['a', Buffer.alloc(1_000_000)]]));
    const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bytes.writeUInt32LE(10, central + 24);
    expect(await namesOf(bytes)).toBe('refused');
  });

  test('a size beyond all bounds, before anything is unpacked', async () => {
    const bytes = packZip(new Map([['a', Buffer.alloc(1000)]]));
    const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bytes.writeUInt32LE(0x7fffffff, central + 24);
    expect(await namesOf(bytes)).toBe('refused');
  });

  test('bytes of no archive, and half of one', async () => {
    const bytes = packZip(new Map([['a', Buffer.from('text of some length')]]));
    for (const part of [Buffer.alloc(0), Buffer.from('PK'), bytes.subarray(0, bytes.length / 2)])
      expect(await namesOf(part)).toBe('refused');
  });
});

describe('packing', () => {
  test('gives the same bytes whatever the order, TOSCA.meta first', async () => {
    const files: [string, Buffer][] = [
      ['a.yaml', Buffer.from('a')],
      ['TOSCA.meta', Buffer.from('CSAR-Version: 2.0')],
      ['b/c.sh', Buffer.from('c'.repeat(5000))],
    ];
    const bytes = packZip(new Map(files));
    expect(packZip(new Map(files.reverse())).equals(bytes)).toBe(true);
    expect(await namesOf(bytes)).toEqual(['TOSCA.meta', 'a.yaml', 'b/c.sh']);
  });

  test('gives back what was packed', async () => {
    const contents = new Map([
      ['bin', Buffer.from([0, 1, 254, 255])],
      ['größe.txt', Buffer.from('é')],
    ]);
    const read = await readArchive(packZip(contents));
    expect(read).toEqual({ kind: 'contents', contents });
  });

  test('throws on a name that leads out', () => {
    expect(() => packZip(new Map([['../a', Buffer.alloc(0)]]))).toThrow(/can’t be put/);
  });
});
