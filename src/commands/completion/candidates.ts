/** What may follow the words of a command line, by what the manifest tells of the commands. Nothing is asked of a daemon here. */
import { calledCommand } from '../called.ts';

export type KnownFlag = {
  readonly type: string;
  readonly char?: string;
  readonly description?: string;
  readonly summary?: string;
  readonly options?: readonly string[];
  readonly allowNo?: boolean;
  readonly multiple?: boolean;
  readonly hidden?: boolean;
};
export type KnownArg = { readonly name: string; readonly options?: readonly string[] };
export type KnownCommand = {
  readonly id: string;
  readonly summary?: string;
  readonly strict?: boolean;
  readonly args: Readonly<Record<string, KnownArg>>;
  readonly flags: Readonly<Record<string, KnownFlag>>;
};
export type Known = {
  readonly commands: Readonly<Record<string, KnownCommand>>;
  readonly topics: Readonly<Record<string, { readonly description?: string }>>;
};

export type Candidate = { readonly value: string; readonly description: string };

/** What a daemon has names of. */
export type Named = 'applications' | 'entities' | 'networks' | 'nodes' | 'policies';

/**
 * Words that are known; or names only a daemon knows (`given` are the arguments before, `flags` those that say which
 * daemon); or files, which the shell knows best.
 */
export type Completion =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  | {
      readonly kind: 'names';
      readonly of: Named;
      readonly given: readonly string[];
      readonly flags: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'files' };

/** Arguments that are names; `policy rm` and `policy show` call theirs only NAME. */
const named: Readonly<Record<string, Named>> = {
  application: 'applications',
  entity: 'entities',
  network: 'networks',
  node: 'nodes',
  'policy:rm name': 'policies',
  'policy:show name': 'policies',
};

const words = (candidates: readonly Candidate[]): Completion => ({ kind: 'words', candidates });
const nothing = words([]);

/** `line` is what stands after the program's name, the last word being the one that is written now, perhaps empty. */
export function completionOf(line: readonly string[], known: Known): Completion {
  // bash gives the equals sign of --format=svg as a word of its own.
  const all = line.flatMap((word) => splitFlag(word)).filter((word) => word !== '=');
  const before = all.slice(0, -1);
  const last = line.at(-1) === '=' ? '' : (all.at(-1) ?? '');
  const called = calledCommand(before, Object.keys(known.commands));
  const command = called === undefined ? undefined : known.commands[called.id];
  const completion =
    called === undefined || command === undefined ? nextWords(before, known) : within(command, called.words, last);
  return completion.kind === 'words'
    ? words(completion.candidates.filter(({ value }) => value.startsWith(last)))
    : completion;
}

const splitFlag = (word: string): readonly string[] => {
  const at = word.indexOf('=');
  return word.startsWith('--') && at > 0 ? [word.slice(0, at), word.slice(at + 1)] : [word];
};

/** Commands and topics that begin with what is written. */
function nextWords(before: readonly string[], { commands, topics }: Known): Completion {
  const found = new Map<string, string>();
  for (const { id, summary = '' } of Object.values(commands)) {
    const parts = id.split(':');
    if (!before.every((word, at) => parts[at] === word)) continue;
    const next = parts[before.length];
    if (next === undefined) continue;
    const isWhole = parts.length === before.length + 1;
    found.set(next, isWhole ? summary : (topics[next]?.description ?? ''));
  }
  return words([...found].map(([value, description]) => ({ value, description })));
}

type Read = {
  readonly given: string[];
  readonly flags: Record<string, string>;
  readonly used: Set<string>;
  /** A flag that waits for its value. */
  open: string | undefined;
  isEnded: boolean;
};

function within(command: KnownCommand, written: readonly string[], last: string): Completion {
  const read = readWords(command, written);
  if (read.open !== undefined) return valuesOf(command.flags[read.open]);
  if (last.startsWith('-') && !read.isEnded) return words(flagsOf(command, read.used));
  return argumentOf(command, read);
}

function readWords(command: KnownCommand, written: readonly string[]): Read {
  const read: Read = { given: [], flags: {}, used: new Set(), open: undefined, isEnded: false };
  for (const word of written) {
    const flag = read.isEnded ? undefined : flagNamed(command, word);
    if (read.open !== undefined) {
      read.flags[read.open] = word;
      read.open = undefined;
    } else if (word === '--' && !read.isEnded) read.isEnded = true;
    else if (flag === undefined) read.given.push(word);
    else {
      read.used.add(flag);
      if (command.flags[flag]?.type === 'option') read.open = flag;
    }
  }
  return read;
}

const flagNamed = ({ flags }: KnownCommand, word: string): string | undefined => {
  const name = word.startsWith('--') ? word.slice(2) : undefined;
  const found = Object.entries(flags).find(
    ([known, { char }]) => known === name || (char !== undefined && word === `-${char}`) || `no-${known}` === name,
  );
  return found?.[0];
};

const help: KnownFlag = { type: 'boolean', description: 'show help' };

const flagsOf = (command: KnownCommand, used: ReadonlySet<string>): readonly Candidate[] => {
  const flags: Readonly<Record<string, KnownFlag>> = { ...command.flags, help };
  return Object.entries(flags)
    .filter(([name, { hidden, multiple }]) => hidden !== true && (multiple === true || !used.has(name)))
    .flatMap(([name, { summary, description = '', allowNo }]) => {
      const said = summary ?? description;
      const plain = { value: `--${name}`, description: said };
      return allowNo === true ? [plain, { value: `--no-${name}`, description: `not: ${said}` }] : [plain];
    });
};

/** A flag with a closed list of values has them; of others a file is the best guess, and does no harm. */
const valuesOf = (flag: KnownFlag | undefined): Completion =>
  flag?.options === undefined ? { kind: 'files' } : words(flag.options.map((value) => ({ value, description: '' })));

function argumentOf(command: KnownCommand, { given, flags }: Read): Completion {
  const args = Object.values(command.args);
  const arg = args[given.length] ?? (command.strict === false ? args.at(-1) : undefined);
  if (arg === undefined) return nothing;
  if (arg.options !== undefined) return words(arg.options.map((value) => ({ value, description: '' })));
  const of = named[`${command.id} ${arg.name}`] ?? named[arg.name];
  return of === undefined ? { kind: 'files' } : { kind: 'names', of, given, flags };
}
