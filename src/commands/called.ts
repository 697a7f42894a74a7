/** Which command a command line calls. */

export type Called = { readonly id: string; readonly words: readonly string[] };

/**
 * The longest id the line begins with, as words (`network ls`) or as oclif writes it (`network:ls`), and what follows.
 * `undefined` for none, and where help or the version is asked for.
 */
export function calledCommand(argv: readonly string[], ids: readonly string[]): Called | undefined {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (own.includes('--help')) return undefined;
  for (const length of [2, 1]) {
    const id = argv.slice(0, length).join(':');
    if (ids.includes(id)) return { id, words: argv.slice(length) };
  }
  return undefined;
}
