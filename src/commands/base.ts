/** What every command shares: `--json`, colours only for a terminal, and errors a person can act on, on stderr. */
import { Command, Flags, type Config } from '@oclif/core';
import { Fault } from '../diagnostic/fault.ts';
import type { Problem } from '../diagnostic/problem.ts';
import type { Called } from './called.ts';
import { exitCodeOf } from './exit-codes.ts';
import { colourFor, type Colour } from './paint.ts';

type Thrown = Error & { readonly exitCode?: number; readonly oclif?: { exit?: number } };

/** A class of one command, as oclif and `bin/clocker` take it. */
export type CommandClass = Command.Class & { execute(called: Called, config: Config): Promise<unknown> };

export abstract class ClockerCommand extends Command {
  /** As oclif's `run`, which first reads package.json and the manifest anew. */
  static async execute<T extends ClockerCommand>(
    this: (new (argv: string[], config: Config) => T) & { id: string },
    { id, words }: Called,
    config: Config,
  ): Promise<unknown> {
    this.id = id;
    return new this([...words], config)._run();
  }

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

  /** For stdout. */
  protected readonly colour = (colour: Colour | undefined, text: string): string =>
    colourFor(process.stdout)(colour, text);

  /** Rows under a head, or a sentence for none; a cell is coloured by what it says. */
  protected async printTable(
    head: readonly string[],
    rows: readonly (readonly string[])[],
    none: string,
    colourOf: (cell: string, column: number) => Colour | undefined = () => undefined,
  ): Promise<void> {
    const { renderTable } = await import('./text-table.ts');
    if (rows.length === 0) this.note(none);
    else this.log(renderTable(head, rows, (text, _row, column) => this.colour(colourOf(text, column), text)));
  }

  /** On stderr, with frames of the texts that are at hand. */
  protected async showProblems(problems: readonly Problem[], sources: ReadonlyMap<string, string>): Promise<void> {
    if (problems.length === 0) return;
    const { renderProblems } = await import('./input.ts');
    this.note(await renderProblems(problems, sources));
  }

  override async init(): Promise<void> {
    await super.init();
    this.wantsJson = this.argv.includes('--json');
  }

  protected override async catch(error: Thrown): Promise<unknown> {
    if (error instanceof Fault) {
      const { code, message, hint } = error;
      this.printError({ code, message, ...(hint === undefined ? {} : { hint }) });
      process.exitCode = exitCodeOf[code];
      return undefined;
    }
    // What oclif says of a command line it can't read.
    if (this.wantsJson && error.oclif?.exit === 2) {
      this.printError({ code: 'usage', message: error.message.replace(/\nSee more help with --help$/, '') });
      process.exitCode = 2;
      return undefined;
    }
    return super.catch(error);
  }

  private printError(error: { readonly code: string; readonly message: string; readonly hint?: string }): void {
    if (this.wantsJson) {
      this.printJson({ error });
      return;
    }
    const colour = colourFor(process.stderr);
    const hint = error.hint === undefined ? '' : `\n${colour('green', indent(error.hint))}`;
    this.note(`${colour('red', 'error')} ${error.code}: ${error.message}${hint}`);
  }
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');

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
