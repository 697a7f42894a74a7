/** `npm run bench`: every part, or those named; a table, or one JSON document with `--json`. */
import { parseArgs } from 'node:util';
import { attachCalls } from './attach.ts';
import { convertCompose } from './convert.ts';
import { dockerRun } from './docker-run.ts';
import { isMet, tableOf, type Figure, type Part } from './figure.ts';
import { machine } from './pairs.ts';
import { policyCost } from './policy.ts';
import { simulateCluster } from './simulate.ts';
import { overHosts } from './hosts.ts';
import { hostThroughput } from './throughput.ts';
import { validateTemplates } from './validate.ts';

const parts: readonly Part[] = [
  dockerRun,
  attachCalls,
  hostThroughput,
  overHosts,
  policyCost,
  simulateCluster,
  convertCompose,
  validateTemplates,
];

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  process.stderr.write(`No such part: ${unknown.join(', ')}. Parts: ${parts.map(({ name }) => name).join(' ')}\n`);
  process.exitCode = 2;
} else {
  const asked = parts.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  const figures: Figure[] = [];
  for (const part of asked) {
    process.stderr.write(`${part.title}\n`);
    figures.push(...(await part.measure(say)));
  }
  const head = { machine: machine(), date: new Date().toISOString().slice(0, 10) };
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...head, figures: figures.map((figure) => ({ ...figure, met: isMet(figure) })) }, null, 2)}\n`
      : `\n${head.date}, ${head.machine}\n\n${tableOf(figures)}\n`,
  );
}
