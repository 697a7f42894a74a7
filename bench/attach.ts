/** What attaching a container costs at the plugin socket, as dockerd calls it; measured in a process of its own. */
import { fileURLToPath } from 'node:url';
import { runChecked } from '../src/host/process.ts';
import type { Figure, Part } from './figure.ts';

const script = fileURLToPath(new URL('attach.mjs', import.meta.url));

/** What attach.mjs prints, with unit and goal. */
const rows = [
  { key: 'aloneP50', name: 'calls of one attach, alone, p50', unit: 'ms', goal: { atMost: 8 } },
  { key: 'aloneP99', name: 'calls of one attach, alone, p99', unit: 'ms' },
  { key: 'burstP50', name: 'calls of one attach, 50 at once, p50', unit: 'ms' },
  { key: 'burstP99', name: 'calls of one attach, 50 at once, p99', unit: 'ms', goal: { atMost: 40 } },
  { key: 'detachP50', name: 'calls of one detach, alone, p50', unit: 'ms' },
  { key: 'rssMegabytes', name: 'memory of the daemon with 200 endpoints', unit: 'MB', goal: { atMost: 120 } },
  { key: 'idleCpuPercent', name: 'idle daemon with 200 endpoints, of one processor', unit: '%', goal: { atMost: 0.5 } },
  {
    key: 'idleEmptyCpuPercent',
    name: 'idle daemon without networks, of one processor',
    unit: '%',
    goal: { atMost: 0.5 },
  },
] as const;

async function measure(): Promise<readonly Figure[]> {
  const said: unknown = JSON.parse(await runChecked([process.execPath, script], { timeout: 600_000 }));
  const figures = new Map(Object.entries(typeof said === 'object' && said !== null ? said : {}));
  return rows.map((row): Figure => {
    const value = figures.get(row.key) as unknown;
    if (typeof value !== 'number') throw new Error(`The measurement says nothing of ${row.key}.`);
    return { name: row.name, value, unit: row.unit, samples: 1, ...('goal' in row ? { goal: row.goal } : {}) };
  });
}

export const attachCalls: Part = { name: 'attach', title: 'attaching at the plugin socket', measure };
