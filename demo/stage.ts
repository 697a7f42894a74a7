/** How the demo of several hosts speaks, and how it runs what a person would type on a host. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LabHost } from '../test/support/lab/index.ts';

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

let steps = 0;
export const step = (text: string): void => say(`\n[${++steps}] ${text}`);

export const indent = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

export const show = (host: string, words: readonly string[]): void =>
  say(`    ${host}$ ${words.map(quoted).join(' ')}`);

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`);

/** One host of the demo, at which commands are typed. */
export type Terminal = {
  readonly host: LabHost;
  /** Shows the command and what it prints; answers that. Throws when it fails. */
  docker(...words: readonly string[]): Promise<string>;
  clocker(...words: readonly string[]): Promise<string>;
};

export function openTerminal(host: LabHost, program: string): Terminal {
  const type = (shown: string, argv: readonly [string, ...string[]], words: readonly string[]): Promise<string> => {
    show(host.name, [shown, ...words]);
    return watch([...host.enter, ...argv, ...words], `${shown} ${words.slice(0, 2).join(' ')}`);
  };
  return {
    host,
    docker: (...words) => type('docker', ['docker', '--host', host.engine.address], words),
    clocker: (...words) => type('clocker', [process.execPath, program], words),
  };
}

function watch([program, ...args]: readonly [string, ...string[]], what: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        say(`    ${line}`);
      });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(lines.join('\n'));
      else reject(new Error(`${what} failed (${status}).`));
    });
  });
}
