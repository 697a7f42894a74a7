/**
 * What goes to the daemon with an application: the variables and files it refers to, and its build contexts, which are
 * uploaded unless the daemon has them already.
 */
import { resolve } from 'node:path';
import type { MaterialsBody } from '../api/index.ts';
import type { Client, PackedContext } from '../client/index.ts';
import type { BuildContext, Needs } from '../deploy/index.ts';
import { Fault } from '../diagnostic/fault.ts';
import { printable } from '../diagnostic/printable.ts';
import type { Files } from '../document/files.ts';

export type HandoverOptions = {
  readonly needs: Needs;
  /** Absolute: what relative paths of the document start from. */
  readonly directory: string;
  /** Of whoever deploys. */
  readonly environment: ReadonlyMap<string, string>;
  readonly disk: Files;
  readonly client: Client;
  readonly tell: (line: string) => void;
};

/** Throws `file-unreadable` for what is needed and can't be read. */
export async function gatherMaterials(options: HandoverOptions): Promise<MaterialsBody> {
  const { needs, environment } = options;
  const variables = await readVariables(options);
  const files: Record<string, string> = {};
  for (const path of needs.files) files[path] = await readContent(resolve(options.directory, path), options.disk);
  const contexts: Record<string, string> = {};
  for (const context of needs.contexts) contexts[context.key] = await sendContext(context, options);
  const known = needs.environment.flatMap((name) => {
    const value = environment.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { environment: Object.fromEntries(known), variables, files, contexts };
}

async function readVariables({ needs, directory, environment, disk }: HandoverOptions) {
  const variables: Record<string, Record<string, string>> = {};
  if (needs.variables.length === 0) return variables;
  const { parseEnvFile, parseRawEnvFile } = await import('../compose/index.ts');
  for (const { path, required, format } of needs.variables) {
    const content = disk.read(resolve(directory, path));
    if (content.kind === 'missing' && !required) continue;
    if (content.kind !== 'text')
      throw new Fault('file-unreadable', `The file of variables ${path} can't be read: ${whyNot(content)}.`);
    const parse = format === 'raw' ? parseRawEnvFile : parseEnvFile;
    const { variables: found, mistake } = parse(content.text, (name) => environment.get(name));
    if (mistake !== undefined)
      throw new Fault(
        'file-unreadable',
        `${path}:${lineOf(content.text, mistake.offset)} is no variable: ${printable(mistake.text, 100)}`,
        {
          hint: 'Write NAME=value, one a line.',
        },
      );
    variables[path] = Object.fromEntries(found.map(({ name, value }) => [name, value]));
  }
  return variables;
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

const whyNot = (content: Exclude<ReturnType<Files['read']>, { kind: 'text' }>): string => {
  if (content.kind === 'unreadable') return content.reason;
  return { missing: 'there is no such file', directory: 'it is a folder', binary: 'it is not text' }[content.kind];
};

/** Bytes of a secret or config: what Docker itself allows, and more than any key or certificate has. */
const largestFile = 16 * 1024 * 1024;

async function readContent(path: string, disk: Files): Promise<string> {
  const { readBytes } = await import('../host/read-bytes.ts');
  const bytes = disk.bytes?.(path) ?? (await readBytes(path, largestFile));
  return bytes.toString('base64');
}

async function sendContext(context: BuildContext, options: HandoverOptions): Promise<string> {
  const { client, directory, tell } = options;
  const { packContext } = await import('../client/index.ts');
  const { folder, dockerfile, source } = context;
  const content =
    source?.kind === 'file'
      ? Buffer.from(await readContent(resolve(directory, folder, source.path), options.disk), 'base64').toString('utf8')
      : source?.text;
  const packed = await packContext({
    folder: resolve(directory, folder),
    dockerfile,
    ...(content === undefined ? {} : { content }),
  });
  try {
    for (const path of packed.skipped) tell(`The socket ${path} is left out of the build context.`);
    await upload(packed, folder, client, tell);
    return packed.digest;
  } finally {
    await packed.remove();
  }
}

async function upload(packed: PackedContext, folder: string, client: Client, tell: (line: string) => void) {
  const { digest, bytes, files } = packed;
  if (await client.has(digest)) return;
  tell(`Sending the build context ${folder}: ${files} files, ${(bytes / 1024 / 1024).toFixed(1)} MiB`);
  await client.call('putContext', { params: { digest }, bytes: await packed.read() });
}
