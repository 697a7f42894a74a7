/** Texts on the web, as imports of templates name them, kept on disk so that one fetch serves many runs. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type WebCacheSettings = {
  /** Where texts are kept, a file per URL. Made where it is not there. */
  readonly folder: string;
  /** Milliseconds for which what is kept is not asked for again. */
  readonly freshFor: number;
  /** Milliseconds for one answer. */
  readonly timeout: number;
  /** Bytes; a longer answer is none. */
  readonly most: number;
};

export const defaultWebCache = (environment: ReadonlyMap<string, string>): WebCacheSettings => ({
  folder: join(environment.get('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'clocker', 'imports'),
  freshFor: 24 * 60 * 60 * 1000,
  timeout: 15_000,
  most: 16 * 1024 * 1024,
});

/** `undefined`: it can't be had, neither from the web nor from an earlier day. Only http and https are spoken. */
export const fetchThroughCache =
  (settings: WebCacheSettings) =>
  async (url: string): Promise<string | undefined> => {
    if (!/^https?:\/\//i.test(url)) return undefined;
    const file = join(settings.folder, createHash('sha256').update(url).digest('hex'));
    const kept = readKept(file);
    if (kept !== undefined && Date.now() - kept.at < settings.freshFor) return kept.text;
    const text = await fetchText(url, settings);
    if (text === undefined) return kept?.text;
    keep(settings.folder, file, text);
    return text;
  };

function readKept(file: string): { readonly text: string; readonly at: number } | undefined {
  try {
    return { text: readFileSync(file, 'utf8'), at: statSync(file).mtimeMs };
  } catch {
    return undefined;
  }
}

/** Written beside and moved, so that nobody reads half of it. Where nothing can be kept, all is fetched. */
function keep(folder: string, file: string, text: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    // A read-only home works as well, only slower.
  }
}

/** Redirects followed for one text. */
const mostRedirects = 5;

async function fetchText(url: string, settings: WebCacheSettings): Promise<string | undefined> {
  try {
    // One time limit for the answer and all that leads to it.
    const answer = await follow(url, AbortSignal.timeout(settings.timeout));
    return answer?.ok === true && answer.body !== null ? await readText(answer.body, settings.most) : undefined;
  } catch {
    return undefined;
  }
}

/** `undefined`: it leads on and on, or from a place that can't be listened to to one that can. */
async function follow(url: string, signal: AbortSignal): Promise<Response | undefined> {
  let place = url;
  for (let step = 0; step <= mostRedirects; step++) {
    const answer = await fetch(place, { signal, redirect: 'manual' });
    const next = answer.status >= 300 && answer.status < 400 ? answer.headers.get('location') : null;
    if (next === null) return answer;
    await answer.body?.cancel();
    const to = new URL(next, place);
    const isSafe = to.protocol === 'https:' || (to.protocol === 'http:' && place.toLowerCase().startsWith('http:'));
    if (!isSafe) return undefined;
    place = to.href;
  }
  return undefined;
}

async function readText(body: AsyncIterable<unknown>, most: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > most) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
