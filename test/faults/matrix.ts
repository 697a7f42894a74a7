/** All cells there are. Every cell of the reference's matrix is here: run, or named with the reason why not. */
import type { Cell } from './cell.ts';
import { daemonCells } from './f1-daemon.ts';
import { engineCells } from './f2-engine.ts';
import { etcdCells } from './f3-etcd.ts';
import { leaseCells } from './f4-leases.ts';
import { hostCells } from './f5-hosts.ts';
import { networkCells } from './f6-network.ts';
import { kernelCells } from './f7-kernel.ts';
import { orderCells } from './f8-orders.ts';

export const matrix: readonly Cell[] = [
  ...daemonCells,
  ...engineCells,
  ...etcdCells,
  ...leaseCells,
  ...hostCells,
  ...networkCells,
  ...kernelCells,
  ...orderCells,
];
