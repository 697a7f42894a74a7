/**
 * A program that goes on: it is told one text after the other, where starting it for each would cost a process of this
 * size many times what the program does. Behind each text it is told a word it does not know, and its complaint about that
 * shows that all before is done.
 */
import { Fault } from '../diagnostic/fault.ts';
import { keepAlive, missing, start, type Argv, type Child } from './process.ts';

export type ConversationOptions = {
  readonly argv: Argv;
  readonly environment?: NodeJS.ProcessEnv;
  /** The program's complaint about a line that is nothing but `endWord`, up to the end of what it says. */
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
   * One text at a time, in the order they come; whole lines. Throws `command-missing`, `deadline-exceeded`, or
   * `command-failed` when the program ended meanwhile: how much of the text it did is not known then.
   */
  ask(text: string, options?: AskOptions): Promise<Said>;
  /** The next text is told to a new process, which knows nothing of the earlier ones. */
  renew(): void;
};

export const endWord = 'clocker-end';

/** Texts told to one process: what it keeps of each must not grow for ever. */
const mostTexts = 1000;

type Partner = { readonly child: Child; lines: number; texts: number; isOver: boolean };

export function openConversation(options: ConversationOptions): Conversation {
  const { argv, environment, complaint } = options;
  let partner: Partner | undefined;
  let tail: Promise<void> | undefined;

  function leave(old: Partner): void {
    if (partner === old) partner = undefined;
    // The end of its input ends it.
    if (!old.isOver) old.child.stdin.end();
  }

  function meet(): Partner {
    if (partner !== undefined && partner.texts >= mostTexts) leave(partner);
    if (partner !== undefined && !partner.isOver) return partner;
    const fresh: Partner = { child: start(argv, environment), lines: 0, texts: 0, isOver: false };
    fresh.child.stdout.resume();
    keepAlive(fresh.child, false);
    const end = (): void => {
      fresh.isOver = true;
    };
    fresh.child.once('exit', end).once('error', end);
    partner = fresh;
    return fresh;
  }

  async function talk(text: string, { timeout = 10_000, onStart }: AskOptions): Promise<Said> {
    const one = meet();
    if (one.child.pid !== undefined) onStart?.(one.child.pid);
    const linesBefore = one.lines;
    one.texts++;
    one.lines += text.split('\n').length;
    keepAlive(one.child, true);
    try {
      const errors = await answer(one.child, argv, complaint, timeout, () =>
        one.child.stdin.write(`${text}${endWord}\n`),
      );
      return { errors, linesBefore };
    } catch (error) {
      leave(one);
      one.child.kill('SIGKILL');
      throw error;
    } finally {
      keepAlive(one.child, false);
    }
  }

  return {
    ask: (text, how = {}) => {
      // At once where nothing is before it: it works while whoever asked goes on with something else.
      const mine = tail === undefined ? talk(text, how) : tail.then(() => talk(text, how));
      const end = mine
        .catch(() => undefined)
        .then(() => {
          if (tail === end) tail = undefined;
        });
      tail = end;
      return mine;
    },
    renew: () => {
      if (partner !== undefined) leave(partner);
    },
  };
}

/** What the child prints as errors from `begin` on, until it says `end`, which is left away. */
function answer(child: Child, [program]: Argv, end: RegExp, timeout: number, begin: () => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = '';
    const settle = (): void => {
      clearTimeout(timer);
      child.stderr.off('data', hear);
      child.off('close', gone).off('error', failed);
    };
    const hear = (chunk: Buffer): void => {
      errors += chunk.toString('utf8');
      const found = end.exec(errors);
      if (found === null) return;
      settle();
      resolve(errors.slice(0, found.index));
    };
    const gone = (): void => {
      settle();
      reject(new Fault('command-failed', `${program} ended: ${errors.trim().slice(0, 1000)}`, { transient: true }));
    };
    const failed = (cause: Error): void => {
      settle();
      reject(missing(program, cause));
    };
    const timer = setTimeout(() => {
      settle();
      reject(new Fault('deadline-exceeded', `${program} did not answer in time.`, { transient: true }));
    }, timeout);
    child.stderr.on('data', hear);
    child.on('close', gone).on('error', failed);
    begin();
  });
}
