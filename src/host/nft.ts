/** The nftables of this host: whole texts go in as one transaction, so that no packet ever meets half of one. */
import { Fault, isFault } from '../diagnostic/fault.ts';
import { endWord, openConversation } from './conversation.ts';
import { noteOwn } from './own-processes.ts';
import { run } from './process.ts';

export type TableName = { readonly family: 'inet' | 'bridge'; readonly name: string };

/** Bytes: it reads its input byte by byte when it is told many texts. */
const longestTold = 8 * 1024;

const told = openConversation({
  argv: ['nft', '--interactive'],
  // It would write all it is told into a file in the home directory.
  environment: { ...process.env, HOME: '/dev/null' },
  complaint: new RegExp(`[^\\n]*\\n${endWord}\\n[ ^~]*\\n`),
});
/** An nft that can't be talked to is started for each text. */
let isTalking = true;

/** All of it or, when anything can't be done, nothing. */
export async function applyRules(text: string): Promise<void> {
  const errors = (await tell(text)) ?? (await runOnce(text));
  if (errors !== '') throw new Fault('command-failed', `nft refused the rules: ${errors.slice(0, 1000)}`);
}

/** What it says against the text; undefined when that could not be learned. */
async function tell(text: string): Promise<string | undefined> {
  if (!isTalking || text.length > longestTold) return undefined;
  // A line is a transaction.
  const line = `${text.trim().replaceAll('\n', '; ')}\n`;
  try {
    return (await told.ask(line, { timeout: 5000, onStart: noteOwn })).errors.trim();
  } catch (error) {
    if (isFault(error, 'deadline-exceeded')) isTalking = false;
    return undefined;
  }
}

async function runOnce(input: string): Promise<string> {
  const { status, stderr } = await run(['nft', '-f', '-'], { input, timeout: 30_000, onStart: noteOwn });
  return status === 0 ? '' : stderr.trim() || `status ${status}`;
}

/** The table as the kernel has it, with the number of each rule: undefined when it is not there. */
export async function listTable({ family, name }: TableName): Promise<string | undefined> {
  const { status, stdout } = await run(['nft', '--handle', '--numeric', 'list', 'table', family, name], {
    timeout: 30_000,
  });
  return status === 0 ? stdout : undefined;
}
