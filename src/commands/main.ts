/** Where `bin/clocker` enters the bundle. */
import { Config, Errors, flush, handle, run } from '@oclif/core';
import { calledCommand } from './called.ts';
import { commandLoaders } from './table.ts';

export { loadCommands } from './table.ts';

/** Runs one command line. `root` is the folder of package.json. The exit code is left in `process.exitCode`. */
export async function main(argv: readonly string[], root: string): Promise<void> {
  try {
    await runCommandLine(argv, root);
    await flush();
  } catch (error) {
    if (error instanceof Errors.ExitError) {
      process.exitCode = error.oclif.exit ?? 0;
      return;
    }
    await handle(error instanceof Error ? error : new Error(String(error)));
  }
}

async function runCommandLine(argv: readonly string[], root: string): Promise<void> {
  const called = calledCommand(argv, Object.keys(commandLoaders));
  const load = called === undefined ? undefined : commandLoaders[called.id];
  // Help, the version and what is no command are oclif's, which reads package.json and the manifest for them.
  if (called === undefined || load === undefined) {
    await run([...argv], { root });
    return;
  }
  const { default: Class } = await load();
  await Class.execute(called, new BareConfig({ root }));
}

/** What a command asks of oclif while it runs, with nothing read: there are no plug-ins, and so no hooks of theirs. */
class BareConfig extends Config {
  override bin = 'clocker';
  override runHook = (): Promise<{ successes: []; failures: [] }> => Promise.resolve({ successes: [], failures: [] });
}
