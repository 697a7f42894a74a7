/**
 * A program that goes on: it is told one text after the other, where starting it for each would cost a process of this
 * size many times what the program does. Behind each text it is told a word it does not know, and its complaint about that
 * shows that all before is done. It is told the next text before it has answered: it works while this process does.
 */
import { Fault } from '../diagnostic/fault.ts';
import { keepAlive, missing, start, type Argv, type Child } from './process.ts';

export type ConversationOptions = {
  readonly argv: Argv;
  readonly environment?: NodeJS.ProcessEnv;
  /** The program's complaint about a line that is nothing but `endWord`, with its last line break. */
  readonly complaint: RegExp;
};

/** What the program printed as errors about a text, and how many lines it had read before. */
export type Said = { readonly errors: string; readonly linesBefore: number };

export type AskOptions = {
  /** Milliseconds; 10 s unless told. */
  readonly timeout?: number;
  /** Told the process id before the process is told the text. */
  readonly onStart?: (pid: number) => void;
};

export type Conversation = {
  /**
   * Whole lines, done in the order they come. Throws `command-missing`, `deadline-exceeded`, or `command-failed` when the
   * program ended meanwhile: how much of the text it did is not known then.
   */
  ask(text: string, options?: AskOptions): Promise<Said>;
  /** The next text is told to a new process, which knows nothing of the earlier ones. */
  renew(): void;
};

export const endWord = 'clocker-end';

/** Texts told to one process: what it keeps of each must not grow for ever. */
const mostTexts = 1000;

type Waiter = { readonly end: (errors: string) => void; readonly fail: (error: Fault) => void };

/** One process, and who waits for its answers. */
type Partner = {
  readonly child: Child;
  readonly waiting: Waiter[];
  lines: number;
  texts: number;
  isOver: boolean;
};

export function openConversation({ argv, environment, complaint }: ConversationOptions): Conversation {
  const [program] = argv;
  let partner: Partner | undefined;
  /** Texts for the next process, while the one before has not done its last. */
  let held: (() => void)[] | undefined;

  function leave(old: Partner): void {
    if (partner === old) partner = undefined;
    // The end of its input ends it.
    if (!old.isOver) old.child.stdin.end();
    if (old.waiting.length > 0) held ??= [];
  }

  function settled(one: Partner): void {
    if (one.waiting.length > 0) return;
    keepAlive(one.child, false);
    if (one === partner || held === undefined) return;
    const next = held;
    held = undefined;
    for (const tell of next) tell();
  }

  function fail(one: Partner, why: () => Fault): void {
    one.isOver = true;
    for (const waiter of one.waiting.splice(0)) waiter.fail(why());
    leave(one);
    settled(one);
  }

  function meet(): Partner {
    if (partner !== undefined && !partner.isOver) return partner;
    const fresh: Partner = { child: start(argv, environment), waiting: [], lines: 0, texts: 0, isOver: false };
    let errors = '';
    fresh.child.stdout.resume();
    fresh.child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
      for (let found = complaint.exec(errors); found !== null; found = complaint.exec(errors)) {
        fresh.waiting.shift()?.end(errors.slice(0, found.index));
        errors = errors.slice(found.index + found[0].length);
      }
      settled(fresh);
    });
    const said = (): string => errors.trim().slice(0, 1000);
    fresh.child.once('close', () =>
      fail(fresh, () => new Fault('command-failed', `${program} ended: ${said()}`, { transient: true })),
    );
    fresh.child.once('error', (cause) => fail(fresh, () => missing(program, cause)));
    partner = fresh;
    return fresh;
  }

  function tell(text: string, { timeout = 10_000, onStart }: AskOptions): Promise<Said> {
    const one = meet();
    if (one.child.pid !== undefined) onStart?.(one.child.pid);
    const linesBefore = one.lines;
    one.texts++;
    one.lines += text.split('\n').length;
    keepAlive(one.child, true);
    const answer = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        one.child.kill('SIGKILL');
        fail(one, () => new Fault('deadline-exceeded', `${program} did not answer in time.`, { transient: true }));
      }, timeout);
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          how(value);
        };
      one.waiting.push({ end: settle(resolve), fail: settle(reject) });
    });
    one.child.stdin.write(`${text}${endWord}\n`);
    if (one.texts >= mostTexts) leave(one);
    return answer.then((errors) => ({ errors, linesBefore }));
  }

  return {
    ask: (text, how = {}) => {
      if (held === undefined) return tell(text, how);
      const queue = held;
      return new Promise((resolve, reject) => {
        queue.push(() => void tell(text, how).then(resolve, reject));
      });
    },
    renew: () => {
      if (partner !== undefined) leave(partner);
    },
  };
}
