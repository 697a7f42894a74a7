/** `clocker convert` of compose files: cold, and how the time grows with the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coldFigures, timeOf } from './cold.ts';
import type { Figure, Part } from './figure.ts';
import { median } from './statistics.ts';

const root = join(import.meta.dirname, '..');
const command = join(root, 'bin/clocker');

function composeOf(count: number): string {
  const lines = ['services:'];
  for (let number = 0; number < count; number++)
    lines.push(
      `  service${number}:`,
      '    image: registry.example/team/service:1.2',
      `    environment: { NAME: service${number}, LEVEL: info }`,
      `    ports: ["${10_000 + (number % 40_000)}:80"]`,
      `    networks: [front${number % 10}]`,
      ...(number === 0 ? [] : [`    depends_on: [service${number - 1}]`]),
    );
  lines.push('networks:', ...Array.from({ length: 10 }, (_, number) => `  front${number}: {}`));
  return `${lines.join('\n')}\n`;
}

async function measure(say: (line: string) => void): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'clocker-bench-'));
  try {
    const convert = (path: string): readonly string[] => [command, 'convert', path, '--to', 'blueprint'];
    say('five services, cold');
    const small = join(folder, 'small.yml');
    writeFileSync(small, composeOf(5));
    const figures = [...(await coldFigures('convert of 5 services', convert(small), { atMost: 3.5 }))];
    const help = await coldFigures('--help', [command, '--help'], { atMost: 3.5 });
    const times = [2000, 10_000].map((count) => {
      say(`${count} services`);
      const path = join(folder, `${count}.yml`);
      writeFileSync(path, composeOf(count));
      return median(Array.from({ length: 3 }, () => timeOf(convert(path))));
    });
    const [middle = Number.NaN, large = Number.NaN] = times;
    return [
      ...figures,
      ...help,
      { name: 'convert of 2,000 services', value: middle, unit: 'ms', samples: 3, goal: { atMost: 1500 } },
      { name: 'convert of 10,000 services / 2,000', value: large / middle, unit: '×', samples: 3, goal: { atMost: 6 } },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const convertCompose: Part = { name: 'convert', title: 'clocker convert, of compose files', measure };
