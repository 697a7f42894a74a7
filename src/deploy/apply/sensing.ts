/** What the containers of a deployment tell while it is carried out. */
import { Fault } from '../../diagnostic/fault.ts';
import type { Docker, EngineContainer } from '../../host/docker.ts';
import { readySensor } from '../../model/latches.ts';
import type { Value } from '../../model/value.ts';
import { containersBehind } from '../dependencies.ts';
import type { Deployment } from '../deployment.ts';
import { groupSensors } from '../group-sensors.ts';
import { hostOf } from '../instance.ts';
import type { Observed } from '../observed.ts';
import { isReady } from '../resolve/resolve.ts';
import type { SensorReference } from '../resolve/resolve.ts';
import { sensorsOf } from '../sensors.ts';
import type { Sensors } from '../sensors.ts';
import { lastLines } from './last-lines.ts';
import type { Tools } from './tools.ts';

export type Sensing = {
  /** As last seen. */
  container(instance: string): EngineContainer | undefined;
  readonly sensor: (reference: SensorReference) => Value | undefined;
  /** Looks again at one container; undefined id: there is none. */
  look(instance: string, id: string | undefined): Promise<EngineContainer | undefined>;
  /** Until the sensor is ready; throws when it never will be, or when the signal aborts. */
  until(reference: SensorReference, waiting: string, tools: Tools): Promise<void>;
};

type Looking = { readonly engine: Pick<Docker, 'container'>; readonly host: string };

/** Milliseconds after which it looks again though the engine told nothing. */
const lookAgain = 1000;

export function createSensing(deployment: Deployment, observed: Observed, { engine, host }: Looking): Sensing {
  const containers = new Map(observed.own);
  const sensorsFor = (id: string): Sensors => {
    const instance = deployment.instances.get(id);
    if (instance?.kind === 'container') return sensorsOf(containers.get(id), { host, isJob: deployment.jobs.has(id) });
    const around = instance === undefined ? undefined : hostOf(deployment.instances, instance);
    if (around !== undefined) return sensorsFor(around.id);
    const members = id === '' ? [...deployment.instances.keys()] : containersBehind(deployment, id);
    return groupSensors(
      members
        .filter((member) => deployment.instances.get(member)?.kind === 'container')
        .map((member) => [member, sensorsFor(member)]),
    );
  };
  const look = async (instance: string, id: string | undefined): Promise<EngineContainer | undefined> => {
    const container = id === undefined ? undefined : await engine.container(id);
    if (container === undefined) containers.delete(instance);
    else containers.set(instance, container);
    return container;
  };
  const sensor = ({ instance, sensor: name }: SensorReference): Value | undefined => sensorsFor(instance).get(name);
  return {
    container: (instance) => containers.get(instance),
    sensor,
    look,
    until: async (reference, waiting, tools) => {
      let isTold = false;
      for (;;) {
        tools.signal.throwIfAborted();
        const behind = containersBehind(deployment, reference.instance);
        for (const id of behind) await look(id, containers.get(id)?.id);
        if (isReady(sensor(reference))) return;
        for (const id of behind) await refuseHopeless(containers.get(id), reference, waiting, tools);
        if (!isTold)
          tools.progress({ kind: 'waiting', entity: waiting, for: reference.instance, sensor: reference.sensor });
        isTold = true;
        await tools.untilNews(lookAgain, tools.signal);
      }
    },
  };
}

/** Waiting for what can't come any more would only look like a hang. */
async function refuseHopeless(
  container: EngineContainer | undefined,
  { instance, sensor }: SensorReference,
  waiting: string,
  tools: Tools,
): Promise<void> {
  const why = container === undefined ? undefined : hopeless(container, sensor);
  if (container === undefined || why === undefined) return;
  const output = await lastLines(tools.engine, container.id, container.tty);
  throw new Fault(
    'command-failed',
    `${waiting} waits for ${instance}, but ${container.name} ${why}. Its last words: ${output}`,
    {
      hint: `clocker logs shows all of it: docker logs ${container.name} too.`,
    },
  );
}

function hopeless(container: EngineContainer, sensor: string): string | undefined {
  const { state, exitCode, health, error } = container;
  const hasEnded = state === 'exited' || state === 'dead';
  if (state === 'created' && error !== '') return `could not be started: ${error}`;
  if (sensor === readySensor.completed)
    return hasEnded && exitCode !== 0 ? `ended with exit code ${exitCode}` : undefined;
  if (hasEnded) return `ended with exit code ${exitCode}`;
  if (sensor !== readySensor.healthy && sensor !== readySensor.up) return undefined;
  if (health === 'unhealthy') return `is unhealthy: ${container.healthOutput ?? 'its check fails'}`;
  return sensor === readySensor.healthy && state === 'running' && health === undefined
    ? 'has no health check that could pass'
    : undefined;
}
