/** An order the daemon has taken, followed step by step until it is carried out. */
import type { ChangeLine, TaskEventView, TaskView } from '../api/index.ts';
import type { Client } from '../client/index.ts';
import { printable } from '../diagnostic/printable.ts';
import { colourFor } from './paint.ts';

export type OrderOptions = {
  readonly client: Client;
  readonly task: string;
  readonly application: string;
  /** One line of progress. */
  readonly tell: (line: string) => void;
  /** Lines of builds and pulls too. */
  readonly verbose: boolean;
};

/** Lines of a build that are shown when it fails. */
const kept = 20;
const longestLine = 500;

const doing: Readonly<Record<ChangeLine['action'], string>> = {
  create: 'creating',
  replace: 'replacing',
  remove: 'removing',
  build: 'building',
  pull: 'pulling',
  start: 'starting',
  stop: 'stopping',
};

/** Throws what the task failed with. Interrupted, it says what goes on without it. */
export async function followOrder({ client, task, application, tell, verbose }: OrderOptions): Promise<TaskView> {
  const onInterrupt = (): void => {
    tell(`The daemon goes on. clocker ls shows how far it is; clocker rm ${application} takes the application away.`);
    // Its handler is gone: now it ends the process as it ends any other.
    process.kill(process.pid, 'SIGINT');
  };
  process.once('SIGINT', onInterrupt);
  try {
    const show = createTeller(tell, verbose);
    for await (const event of await client.call('followTask', { params: { task } })) show(event);
    const ended = await client.call('getTask', { params: { task } });
    if (ended.state === 'done') return ended;
    const { faultOf } = await import('../client/index.ts');
    const { code, message, hint } = ended.failure ?? {
      code: 'command-failed',
      message: `The task was ${ended.state}.`,
    };
    throw faultOf(code, message, hint);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Numbers the steps, and keeps what builds print for when one fails. */
export function createTeller(tell: (line: string) => void, verbose: boolean): (event: TaskEventView) => void {
  const colour = colourFor(process.stderr);
  const output = new Map<string, string[]>();
  let total = 0;
  let begun = 0;
  const waits = new Set<string>();
  const started = (change: ChangeLine): void => {
    begun++;
    // Some orders do not tell how much there is to do, and a deployment may find more on the way.
    const number = total === 0 ? `[${begun}]` : `[${begun}/${Math.max(total, begun)}]`;
    const because = change.because === undefined ? '' : ` (${printable(change.because, longestLine)})`;
    tell(`${colour('dim', number)} ${doing[change.action]} ${change.kind} ${change.name}${because}`);
  };
  const failed = (change: ChangeLine): void => {
    for (const line of output.get(change.name) ?? []) tell(`      ${line}`);
    tell(`${colour('red', 'failed')} ${doing[change.action]} ${change.kind} ${change.name}`);
  };
  return (event) => {
    const { kind, change } = event;
    if (kind === 'planned') {
      total = event.changes?.length ?? 0;
      if (total === 0) tell('Nothing to change: it is as it should be.');
    } else if (kind === 'started' && change !== undefined) started(change);
    else if (kind === 'failed' && change !== undefined) failed(change);
    else if (kind === 'waiting') {
      const line = `      ${event.entity} waits for ${event.for} to be ${event.sensor?.split('.').at(-1) ?? 'ready'}`;
      if (!waits.has(line)) tell(colour('dim', line));
      waits.add(line);
    } else if (kind === 'warning')
      tell(`${colour('yellow', 'warning')} ${printable(event.message ?? '', longestLine)}`);
    else if (kind === 'output') {
      const line = printable(event.line ?? '', longestLine);
      if (verbose) tell(`      ${line}`);
      else keep(output, event.about ?? '', line);
    }
  };
}

function keep(output: Map<string, string[]>, about: string, line: string): void {
  const lines = output.get(about) ?? [];
  lines.push(line);
  if (lines.length > kept) lines.shift();
  output.set(about, lines);
}
