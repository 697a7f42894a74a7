/** `npm run bench`: the benchmark. `npm run bench -- docker-run --json` runs one part and prints JSON. */
import { runScript } from './run-script.mjs';

await runScript('bench/index.ts', 'bench');
