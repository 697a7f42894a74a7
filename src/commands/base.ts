/** What every command shares: `--json`, colours only for a terminal, and errors a person can act on, on stderr. */
import { Command, Flags } from '@oclif/core';
import { Fault } from '../diagnostic/fault.ts';
import { exitCodeOf } from './exit-codes.ts';

export abstract class ClockerCommand extends Command {
  static override readonly baseFlags = {
    json: Flags.boolean({ description: 'print the result as one JSON document on stdout', helpGroup: 'GLOBAL' }),
  };

  protected wantsJson = false;

  /** One JSON document on stdout; nothing else goes there with `--json`. BigInts are printed as numbers. */
  protected printJson(value: unknown): void {
    this.log(renderJson(value));
  }

  /** Progress and reports: never on stdout, so that it can be piped. */
  protected note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  override async init(): Promise<void> {
    await super.init();
    this.wantsJson = this.argv.includes('--json');
  }

  protected override async catch(
    error: Error & { readonly exitCode?: number; readonly oclif?: { exit?: number } },
  ): Promise<unknown> {
    if (error instanceof Fault) {
      this.printFault(error);
      process.exitCode = exitCodeOf[error.code];
      return undefined;
    }
    return super.catch(error);
  }

  private printFault(fault: Fault): void {
    const error = {
      code: fault.code,
      message: fault.message,
      ...(fault.hint === undefined ? {} : { hint: fault.hint }),
    };
    if (this.wantsJson) this.printJson({ error });
    else this.note(`error ${fault.code}: ${fault.message}${fault.hint === undefined ? '' : `\n  ${fault.hint}`}`);
  }
}

/** BigInt has no JSON form of its own; written as digits, which every reader of large integers understands. */
export function renderJson(value: unknown): string {
  const marked = JSON.stringify(
    value,
    (_key, item: unknown): unknown => {
      if (typeof item === 'bigint') return `\u0000${item}`;
      return item instanceof Map ? Object.fromEntries<unknown>(item) : item;
    },
    2,
  );
  return (marked ?? 'null').replaceAll(/"\\u0000(-?\d+)"/g, '$1');
}

/** Colours only where a person looks: a terminal, and NO_COLOR unset (https://no-color.org). */
export const coloursWanted = (stream: { readonly isTTY?: boolean }, noColor: string | undefined): boolean =>
  stream.isTTY === true && (noColor === undefined || noColor === '');
