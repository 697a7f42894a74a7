/** What the flags for templates say: where imports lie, whether the network may be asked, and values of inputs. */
import { resolve } from 'node:path';
import { Fault } from '../diagnostic/fault.ts';
import type { Problem } from '../diagnostic/problem.ts';
import type { Files } from '../document/files.ts';
import type { Value } from '../model/value.ts';
import type { ToscaSettings } from '../convert/index.ts';
import type { DocumentFlags } from './input.ts';

type Settings = { readonly tosca: ToscaSettings; readonly problems: readonly Problem[] };

export async function toscaSettings(
  flags: DocumentFlags,
  disk: Files,
  environment: ReadonlyMap<string, string>,
): Promise<Settings> {
  const maps = pairsOf(flags.map ?? [], '--map', 'URL=PATH', lastEquals).map(
    ([url, path]) => [url, mapped(path)] as const,
  );
  const given = await readInputs(flags, disk);
  return {
    tosca: {
      ...(maps.length === 0 ? {} : { maps: new Map(maps) }),
      ...(flags.online === true ? { fetchText: await webFetch(environment) } : {}),
      ...(flags['implicit-types'] === false ? { implicitTypes: false } : {}),
      ...(given.inputs.size === 0 ? {} : { inputs: given.inputs }),
    },
    problems: given.problems,
  };
}

/** A folder that stands for the beginning of URLs keeps its slash, so that what follows is a file in it. */
const mapped = (path: string): string => `${resolve(path)}${path.endsWith('/') ? '/' : ''}`;

async function webFetch(
  environment: ReadonlyMap<string, string>,
): Promise<(url: string) => Promise<string | undefined>> {
  const { defaultWebCache, fetchThroughCache } = await import('../host/web-cache.ts');
  return fetchThroughCache(defaultWebCache(environment));
}

const firstEquals = (text: string): number => text.indexOf('=');
/** A URL may have `=` in its query. */
const lastEquals = (text: string): number => text.lastIndexOf('=');

function pairsOf(
  texts: readonly string[],
  flag: string,
  form: string,
  equals: (text: string) => number,
): readonly (readonly [string, string])[] {
  return texts.map((text) => {
    const at = equals(text);
    if (at <= 0) throw new Fault('request-invalid', `${flag} takes ${form}, and this is "${text}".`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
}

/** Those of the file first, so that a flag can say something else. */
async function readInputs(
  flags: DocumentFlags,
  disk: Files,
): Promise<{ readonly inputs: ReadonlyMap<string, Value>; readonly problems: readonly Problem[] }> {
  const pairs = pairsOf(flags.input ?? [], '--input', 'NAME=VALUE', firstEquals);
  if (flags.inputs === undefined) return { inputs: new Map(pairs), problems: [] };
  const content = disk.read(resolve(flags.inputs));
  if (content.kind !== 'text') throw new Fault('file-unreadable', `The file of inputs ${flags.inputs} can't be read.`);
  const { parseInputs } = await import('../convert/index.ts');
  const { value, problems } = await parseInputs({ path: flags.inputs, text: content.text });
  return { inputs: new Map<string, Value>([...value, ...pairs]), problems };
}
