/** The nftables of this host: whole texts go in as one transaction, so that no packet ever meets half of one. */
import { Fault } from '../diagnostic/fault.ts';
import { keepReady, run } from './process.ts';

export type TableName = { readonly family: 'inet' | 'bridge'; readonly name: string };

const runReady = keepReady(['nft', '-f', '-'], 1);

/** All of it or, when anything can't be done, nothing. */
export async function applyRules(
  text: string,
  options: { readonly onStart?: (pid: number) => void; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { status, stderr } = await runReady({ input: text, timeout: 30_000, ...options });
  if (status !== 0) throw new Fault('command-failed', `nft refused the rules: ${stderr.trim().slice(0, 1000)}`);
}

/** The table as the kernel has it, with the number of each rule: undefined when it is not there. */
export async function listTable({ family, name }: TableName): Promise<string | undefined> {
  const { status, stdout } = await run(['nft', '--handle', '--numeric', 'list', 'table', family, name], {
    timeout: 30_000,
  });
  return status === 0 ? stdout : undefined;
}
