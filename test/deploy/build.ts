/** Deployments of compose texts, and the tools to carry them out on an engine in memory. */
import { Readable } from 'node:stream';
import { readApplication } from '../../src/convert/index.ts';
import {
  desiredDeployment,
  type DeployEvent,
  type Deployment,
  type HooksRun,
  type Materials,
  type Tools,
} from '../../src/deploy/index.ts';
import { noMaterials } from '../../src/deploy/index.ts';
import type { Problem } from '../../src/diagnostic/problem.ts';
import { filesFromMap } from '../../src/document/files.ts';
import type { MemoryEngine } from '../support/memory-engine.ts';

export type Built = { readonly deployment: Deployment; readonly problems: readonly Problem[] };

export async function build(compose: string, materials: Partial<Materials> = {}): Promise<Built> {
  const { application, problems } = await readApplication({
    documents: [{ path: '/compose.yml', text: compose }],
    disk: filesFromMap(new Map()),
    currentDirectory: '/',
    environment: new Map(),
    from: 'compose',
    compose: { projectName: 'shop' },
  });
  const engine = { apiVersion: '1.41' };
  const { value, problems: found } = desiredDeployment(application, {
    name: 'shop',
    materials: { ...noMaterials, ...materials },
    engine,
  });
  return { deployment: value, problems: [...problems, ...found] };
}

/** Of each engine, as it is of its host. */
const journals = new WeakMap<MemoryEngine, Map<string, HooksRun>>();

export type Recorded = Tools & { readonly events: readonly DeployEvent[] };

export function toolsFor(engine: MemoryEngine, signal: AbortSignal = new AbortController().signal): Recorded {
  const events: DeployEvent[] = [];
  const hooks = journals.get(engine) ?? new Map<string, HooksRun>();
  journals.set(engine, hooks);
  let now = 0;
  return {
    engine,
    openContext: () => Promise.resolve(Readable.from(['context'])),
    keepFile: ({ instance }) => Promise.resolve(`/kept/${instance}`),
    hooks: {
      read: (_application, instance) => Promise.resolve(hooks.get(instance)),
      write: (_application, instance, run) => {
        if (run === undefined) hooks.delete(instance);
        else hooks.set(instance, run);
        return Promise.resolve();
      },
    },
    isPortFree: () => Promise.resolve(true),
    // Nothing happens by itself, so whoever waits has waited.
    untilNews: (milliseconds) => {
      now += milliseconds;
      return new Promise((resolve) => setImmediate(resolve));
    },
    now: () => now,
    host: '192.0.2.1',
    progress: (event) => void events.push(event),
    signal,
    events,
  };
}
