/** All cells there are. Every cell of the reference's matrix is here: run, or named with the reason why not. */
import type { Cell } from './cell.ts';
import { daemonCells } from './f1-daemon.ts';

export const matrix: readonly Cell[] = [...daemonCells];
