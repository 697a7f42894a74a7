/** The compose files of the corpus that Docker Compose accepts, as it was asked about them. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ConvertRequest, Target } from '../../src/convert/index.ts';
import { defaultMaxBytes, filesOfHost } from '../../src/host/files.ts';

const corpus = new URL('../../../shared/corpus/compose/', import.meta.url).pathname;

type Line = {
  readonly set: string;
  readonly path: string;
  readonly compose: { readonly rc: number; readonly out: string | null };
  readonly stack: { readonly rc: number; readonly out: string | null };
};

export type Case = { readonly name: string; readonly file: string; readonly stack: string | undefined };

export const cases: readonly Case[] = existsSync(corpus)
  ? readFileSync(`${corpus}manifest.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
      .filter(({ compose }) => compose.rc === 0)
      .map(({ set, path, stack }) => ({
        name: `${set}/${path}`,
        file: join(corpus, 'inputs', set, path),
        stack: stack.out === null ? undefined : join(corpus, stack.out),
      }))
  : [];

if (cases.length === 0) console.warn(`skipped: no ${corpus}, so no compose files to convert`);

const disk = filesOfHost(defaultMaxBytes);

/** Asked for in the file's own folder, with all profiles, as the answers were. */
export function requestFor(file: string, to: Target, more: Partial<ConvertRequest> = {}): ConvertRequest {
  return {
    documents: [{ path: basename(file), text: readFileSync(file, 'utf8') }],
    disk,
    currentDirectory: dirname(file),
    environment: new Map([['HOME', '/HOME']]),
    compose: { profiles: ['*'] },
    to,
    ...more,
  };
}
