/** Where `bin/clocker` enters the bundle: oclif reads the table of commands from the same module. */
import { Errors, flush, handle, run } from '@oclif/core';

export { commands } from './table.ts';

/** Runs one command line. `root` is the folder of package.json. The exit code is left in `process.exitCode`. */
export async function main(argv: readonly string[], root: string): Promise<void> {
  try {
    await run([...argv], { root });
    await flush();
  } catch (error) {
    if (error instanceof Errors.ExitError) {
      process.exitCode = error.oclif.exit ?? 0;
      return;
    }
    await handle(error instanceof Error ? error : new Error(String(error)));
  }
}
