/** The tables of `iptables`, in the variant that dockerd uses. */
import { existsSync, readFileSync } from 'node:fs';
import { Fault } from '../diagnostic/fault.ts';
import { noteOwn } from './own-processes.ts';
import { run, type Argv } from './process.ts';

export type IptablesFamily = 4 | 6;
export type Chains = ReadonlyMap<string, readonly string[]>;
export type Iptables = {
  /** `iptables`, `ip6tables-legacy`, … */
  readonly program: string;
  /** Rules of each chain as `iptables -S` prints them. */
  rules(): Promise<Chains>;
  insertFirst(chain: string, rule: readonly string[]): Promise<void>;
  append(chain: string, rule: readonly string[]): Promise<void>;
  /** The rule at a place counted from 1. */
  remove(chain: string, place: number): Promise<void>;
};

const directories = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/bin', '/bin'];
const isInstalled = (program: string): boolean =>
  directories.some((directory) => existsSync(`${directory}/${program}`));

/** Whether the old kernel tables are in use here: only asking `iptables-legacy` would create them. */
export function hasLegacyTables(family: IptablesFamily): boolean {
  try {
    return readFileSync(`/proc/net/${family === 4 ? 'ip' : 'ip6'}_tables_names`, 'utf8').includes('filter');
  } catch {
    return false;
  }
}

function tool(program: string): Iptables {
  const call = (args: readonly string[]) => {
    const argv: Argv = [program, '--wait', '5', ...args];
    return run(argv, { onStart: noteOwn });
  };
  const change = async (args: readonly string[]): Promise<void> => {
    const { status, stderr } = await call(args);
    if (status !== 0) throw new Fault('command-failed', `${program} ${args.join(' ')} failed: ${stderr.trim()}`);
  };
  return {
    program,
    rules: async () => {
      const { status, stdout } = await call(['-S']);
      return status === 0 ? chainsOf(stdout) : new Map();
    },
    insertFirst: (chain, rule) => change(['-I', chain, '1', ...rule]),
    append: (chain, rule) => change(['-A', chain, ...rule]),
    remove: (chain, place) => change(['-D', chain, String(place)]),
  };
}

/** `-P INPUT ACCEPT` or `-N DOCKER-USER` for each chain, then `-A …` for each rule. */
function chainsOf(text: string): Chains {
  const chains = new Map<string, string[]>();
  for (const said of text.split('\n')) {
    const [kind, name = ''] = said.split(' ');
    if (kind === '-P' || kind === '-N') chains.set(name, []);
    else if (kind === '-A') chains.get(name)?.push(said);
  }
  return chains;
}

/**
 * Dockerd runs `iptables`, which on Debian is either variant. Where both have rules, the one that holds Docker's chains
 * is dockerd's. Undefined when none is installed.
 */
export async function findIptables(family: IptablesFamily): Promise<Iptables | undefined> {
  const program = family === 4 ? 'iptables' : 'ip6tables';
  if (!isInstalled(program)) return undefined;
  const usual = tool(program);
  const legacy = `${program}-legacy`;
  if (!isInstalled(legacy) || !hasLegacyTables(family)) return usual;
  if ((await usual.rules()).has('DOCKER-USER')) return usual;
  const old = tool(legacy);
  return (await old.rules()).has('DOCKER-USER') ? old : usual;
}
