/** What an image is built from: a folder of whoever deploys, with the Dockerfile put in where it is not in there. */
import { readString } from '../model/read.ts';
import type { ValueMap } from '../model/value.ts';
import { hashOf } from './hash.ts';

export type BuildContext = {
  /** What materials call it: the same folder with another Dockerfile is another context. */
  readonly key: string;
  /** As written: a path, absolute or relative to the document. */
  readonly folder: string;
  /** Name of the Dockerfile in the context. */
  readonly dockerfile: string;
  /** Where that Dockerfile comes from, when it is not in the folder. */
  readonly source?: { readonly kind: 'text'; readonly text: string } | { readonly kind: 'file'; readonly path: string };
};

/** Where the engine itself fetches the context (an archive, a repository) there is nothing to hand over. */
export const isRemoteContext = (context: string): boolean =>
  /^(?:https?:\/\/|git:\/\/|git@|github\.com\/)/.test(context) || /\.git(?:#.*)?$/.test(context);

const injected = (what: string): string => `.clocker-${hashOf(what).slice(0, 12)}.Dockerfile`;

/** Undefined where nothing is built, or the engine fetches the context. */
export function buildContextOf(config: ValueMap): BuildContext | undefined {
  const folder = readString(config, 'docker.build.context');
  if (folder === undefined || isRemoteContext(folder)) return undefined;
  const inline = readString(config, 'docker.build.dockerfileInline');
  const dockerfile = readString(config, 'docker.build.dockerfile') ?? 'Dockerfile';
  if (inline !== undefined) {
    const name = injected(inline);
    return { key: `${folder}|${name}`, folder, dockerfile: name, source: { kind: 'text', text: inline } };
  }
  if (dockerfile.startsWith('/') || dockerfile.split('/').includes('..')) {
    const name = injected(dockerfile);
    return { key: `${folder}|${name}`, folder, dockerfile: name, source: { kind: 'file', path: dockerfile } };
  }
  return { key: folder, folder, dockerfile };
}
