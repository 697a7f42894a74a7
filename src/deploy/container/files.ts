/** Files put into a container: secrets, configs, and those of whoever deploys it, each with an owner and a mode. */
import { readList, textOf } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Materials } from '../materials.ts';
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
/** Of what is copied: everyone reads and runs it, as of a script. */
const copiedMode = 0o755;

export function filesOf(
  config: ValueMap,
  contents: { readonly secret: ContentOf; readonly config: ContentOf; readonly files: Materials['files'] },
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
  const copied = (readList(config, 'docker.container.files') ?? []).flatMap(
    (item) => copyOf(item, contents.files, complain) ?? [],
  );
  const placed = kinds.flatMap((kind) =>
    (readList(config, kind.key) ?? []).flatMap((item) => fileOf(item, kind, complain) ?? []),
  );
  return [...copied, ...placed];
}

/** A URL, which nobody fetches. */
export const isElsewhere = (source: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(source);

function copyOf(item: Value, files: Materials['files'], complain: Complain): WantedFile | undefined {
  const about: ValueMap = isMap(item) ? item : new Map();
  const [source, target] = [textOf(about.get('source')), textOf(about.get('target'))];
  if (source === undefined || target?.startsWith('/') !== true || target.endsWith('/')) {
    complain('deploy-value', 'docker.container.files lists maps of a source and a target, an absolute path.');
    return undefined;
  }
  const content = files.get(source);
  if (content === undefined) {
    complain(
      'deploy-material',
      isElsewhere(source) ? `${source} is not fetched.` : `The file ${source} was not handed over.`,
      'Name a file beside the document.',
    );
    return undefined;
  }
  return { target, content, ...ownerOf(about, copiedMode, complain) };
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
  return content === undefined ? undefined : { target, content, ...ownerOf(about, standardMode, complain) };
}

function ownerOf(about: ValueMap, standard: number, complain: Complain): Pick<WantedFile, 'uid' | 'gid' | 'mode'> {
  const mode = about.get('mode');
  return {
    uid: idOf(about.get('uid'), complain),
    gid: idOf(about.get('gid'), complain),
    mode: mode === undefined || mode === null ? standard : (fileMode(mode, complain) ?? standard),
  };
}

function idOf(value: Value | undefined, complain: Complain): number {
  const text = textOf(value) ?? '0';
  if (/^\d{1,10}$/.test(text)) return Number(text);
  complain('deploy-value', `"${text}" is no number of a user or group.`);
  return 0;
}
