/** A process in a network namespace of the lab that listens and probes there for the test (agent.mjs). */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type Probe = {
  readonly protocol?: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  /** Local address to send from. */
  readonly from?: string;
  /** Milliseconds; 700 unless told. */
  readonly timeout?: number;
};

export type Agent = {
  /** Answers everybody who comes with the agent's name and the asker's address. */
  listen(protocol: 'tcp' | 'udp', port: number, host?: string): Promise<void>;
  /** `<name of who answered> <address it saw>`, or `no answer…`. */
  probe(probe: Probe): Promise<string>;
  /** Datagrams from an address, whether or not an answer can come back. */
  send(what: {
    readonly host: string;
    readonly port: number;
    readonly from: string;
    readonly count: number;
  }): Promise<void>;
  /** Sources of the datagrams that came to a port it listens on, since it was asked before. */
  seen(port: number): Promise<readonly string[]>;
  /** Sends a datagram to a listener every 10 ms until stopped. */
  stream(host: string, port: number): Promise<Stream>;
  close(): Promise<void>;
};

export type Streamed = {
  readonly sent: number;
  readonly answered: number;
  /** The longest time without an answer, and when it began: milliseconds, from the beginning of the stream. */
  readonly silence: { readonly at: number; readonly milliseconds: number };
};
export type Stream = { stop(): Promise<Streamed> };

type Answer = { readonly id: number; readonly answer?: string; readonly error?: string };
const script = fileURLToPath(new URL('agent.mjs', import.meta.url));

/** `enter`: of a host or of a container (`LabHost.enterContainer`). */
export function connectAgent(name: string, enter: readonly string[]): Agent {
  const [program = '', ...args] = [...enter, process.execPath, script, name];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map<number, (answer: Answer) => void>();
  const closed = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  void closed.then(() => {
    for (const [id, tell] of waiting) tell({ id, error: `the agent ${name} has ended` });
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.stdin.on('error', () => undefined);
  let last = 0;
  const order = async (what: Readonly<Record<string, unknown>>): Promise<string> => {
    const id = ++last;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    child.stdin.write(`${JSON.stringify({ ...what, id })}\n`);
    const { answer, error } = await answered;
    if (answer === undefined) throw new Error(`${name}: ${error ?? 'no answer'}`);
    return answer;
  };
  return {
    listen: async (protocol, port, host = '::') => {
      await order({ op: 'listen', protocol, port, host });
    },
    probe: ({ protocol = 'tcp', timeout = 700, ...probe }) => order({ op: 'probe', protocol, timeout, ...probe }),
    send: async (what) => {
      await order({ op: 'send', ...what });
    },
    seen: async (port) => JSON.parse(await order({ op: 'seen', port })) as string[],
    stream: async (host, port) => {
      const stream = await order({ op: 'startStream', host, port });
      return {
        stop: async () => JSON.parse(await order({ op: 'stopStream', stream })) as Streamed,
      };
    },
    close: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
