/** Secrets and configs in a container: files with an owner and a mode. */
import { readList, textOf } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Complain } from '../problems.ts';
import { fileMode } from './mounts.ts';

export type WantedFile = {
  /** Absolute path in the container. */
  readonly target: string;
  readonly content: Buffer;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
};

/** Content by plan id of the Secret or Config entity; undefined where there is none, or it is not to be had. */
export type ContentOf = (planId: string, complain: Complain) => Buffer | undefined;

type Kind = {
  readonly key: string;
  readonly standardTarget: (source: string) => string;
  readonly contentOf: ContentOf;
};

const standardMode = 0o444;

export function filesOf(
  config: ValueMap,
  contents: { readonly secret: ContentOf; readonly config: ContentOf },
  complain: Complain,
): readonly WantedFile[] {
  const kinds: readonly Kind[] = [
    {
      key: 'docker.container.secrets',
      standardTarget: (source) => `/run/secrets/${source}`,
      contentOf: contents.secret,
    },
    { key: 'docker.container.configs', standardTarget: (source) => `/${source}`, contentOf: contents.config },
  ];
  return kinds.flatMap((kind) =>
    (readList(config, kind.key) ?? []).flatMap((item) => fileOf(item, kind, complain) ?? []),
  );
}

function fileOf(item: Value, kind: Kind, complain: Complain): WantedFile | undefined {
  const about: ValueMap = isMap(item) ? item : new Map();
  const source = textOf(isMap(item) ? item.get('source') : item);
  if (source === undefined || source === '') {
    complain('deploy-value', `${kind.key}: a file needs a source.`);
    return undefined;
  }
  const content = kind.contentOf(source, complain);
  const said = textOf(about.get('target')) ?? kind.standardTarget(source);
  // A relative target of a secret lies where secrets do.
  const target = said.startsWith('/') ? said : kind.standardTarget(said);
  const mode = about.get('mode');
  if (content === undefined) return undefined;
  return {
    target,
    content,
    uid: idOf(about.get('uid'), complain),
    gid: idOf(about.get('gid'), complain),
    mode: mode === undefined || mode === null ? standardMode : (fileMode(mode, complain) ?? standardMode),
  };
}

function idOf(value: Value | undefined, complain: Complain): number {
  const text = textOf(value) ?? '0';
  if (/^\d{1,10}$/.test(text)) return Number(text);
  complain('deploy-value', `"${text}" is no number of a user or group.`);
  return 0;
}
