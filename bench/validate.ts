/**
 * `clocker validate` of TOSCA templates: a cold one beside a bare `node -e 0`, a hundred in one process, and how the time grows
 * with the template. Templates are our own and, where the corpus lies beside the checkout, its largest valid one.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coldFigures, timeOf } from './cold.ts';
import type { Figure, Part } from './figure.ts';
import { median } from './statistics.ts';

const root = join(import.meta.dirname, '..');
const command = join(root, 'bin/clocker');
const corpus = join(root, '../shared/corpus/tosca/tosca-parser/samples/tests/data');
/** A chain of machines and software on them, half and half; `count` nodes. */
function templateOf(count: number): string {
  const lines = ['tosca_definitions_version: tosca_simple_yaml_1_3', 'topology_template:', '  node_templates:'];
  for (let number = 0; number < count / 2; number++)
    lines.push(
      `    machine_${number}:`,
      '      type: tosca.nodes.Compute',
      '      capabilities: { host: { properties: { num_cpus: 2, mem_size: 512 MB } } }',
      `    software_${number}:`,
      '      type: tosca.nodes.SoftwareComponent',
      `      properties: { component_version: 1.${number} }`,
      '      requirements:',
      `        - host: machine_${number}`,
      ...(number === 0 ? [] : [`        - dependency: software_${number - 1}`]),
    );
  return `${lines.join('\n')}\n`;
}

export const validateTemplates: Part = {
  name: 'validate',
  title: 'clocker validate, of TOSCA templates',
  async measure(say) {
    const folder = mkdtempSync(join(tmpdir(), 'clocker-bench-'));
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const figures: Figure[] = [];
    try {
      const cold = [join(root, 'tosca/examples/web-and-database/template.yaml'), join(corpus, 'tosca_elk.yaml')];
      for (const path of cold.filter((one) => existsSync(one))) {
        const name = path.split('/').at(path.endsWith('elk.yaml') ? -1 : -2) ?? '';
        say(name);
        // The second is not valid, and says so.
        figures.push(...(await coldFigures(`validate ${name}`, [command, 'validate', path], { atMost: 4 }, [0, 1])));
      }
      say('a hundred files');
      const many = Array.from({ length: 100 }, (_, number) => write(`${number}.yaml`, templateOf(20 + (number % 10))));
      const hundred = median(Array.from({ length: 5 }, () => timeOf([command, 'validate', ...many])));
      figures.push({ name: 'validate of 100 files', value: hundred, unit: 'ms', samples: 5, goal: { atMost: 1500 } });
      say('5,000 nodes');
      const sizes = [1250, 2500, 5000].map((count) => {
        const path = write(`nodes-${count}.yaml`, templateOf(count));
        return median(Array.from({ length: 3 }, () => timeOf([command, 'validate', path])));
      });
      const [small = Number.NaN, middle = Number.NaN, large = Number.NaN] = sizes;
      figures.push(
        { name: 'validate of 5,000 nodes', value: large, unit: 'ms', samples: 3, goal: { atMost: 3000 } },
        // Without the start, which all share: 2 is linear.
        {
          name: 'from 2,500 to 5,000 nodes, as to from 1,250 to 2,500',
          value: (large - middle) / (middle - small),
          unit: '×',
          samples: 3,
          goal: { atMost: 2.6 },
        },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return figures;
  },
};
