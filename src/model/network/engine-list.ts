/**
 * What an engine's list of networks says about a network that was made there. Docker tells the plugin once that a network is
 * removed, and never again; only its list tells it later. Pure.
 */
import type { EngineNetwork } from './records.ts';

/**
 * By what a list is known: its network `none`, which Docker makes with the list and which lives as long. Undefined where
 * there is none, and nothing follows from such a list.
 */
export const listIdOf = (
  networks: readonly { readonly id: string; readonly name: string; readonly driver: string }[],
): string | undefined => networks.find(({ name, driver }) => name === 'none' && driver === 'null')?.id;

/**
 * It was in this list and is not any more: somebody removed it, whether the plugin was told or not. What was never in it
 * is half made; and a list that was begun anew, with another data root, has lost its networks without anybody's wish.
 */
export const wasRemoved = (
  { engineId, seenIn }: EngineNetwork & { readonly engineId: string },
  list: string | undefined,
  networks: readonly { readonly id: string }[],
): boolean => list !== undefined && seenIn === list && !networks.some(({ id }) => id === engineId);
