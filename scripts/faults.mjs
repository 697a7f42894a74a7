/** `npm run faults`: the fault matrix. `npm run faults -- --groups F1,F3 --seeds 5` runs some of it, and often. */
import { runScript } from './run-script.mjs';

await runScript('test/faults/index.ts', 'faults');
