/** Sensors that a command run in the container tells (Brooklyn's SshCommandSensor), each as often as it says. */
import type { Instance } from '../deploy/index.ts';
import { parseDuration } from '../deploy/index.ts';
import { isFault } from '../diagnostic/fault.ts';
import type { Docker } from '../host/docker.ts';
import { readText } from '../model/read.ts';
import type { Adjunct } from '../model/entity.ts';
import type { Value } from '../model/value.ts';
import type { RuntimeClock } from './host.ts';

export type CommandSensor = {
  readonly name: string;
  readonly command: string;
  /** Milliseconds. */
  readonly period: number;
  readonly type: string | undefined;
};

const commandSensor = /(?:^|\.)SshCommandSensor$/;
const usualPeriod = 60_000;
const shortestPeriod = 1000;

export function commandSensorsOf({ entity }: Instance): readonly CommandSensor[] {
  return entity.initializers.flatMap((initializer) => {
    if (!commandSensor.test(initializer.type)) return [];
    const [name, command] = [fieldOf(initializer, 'name'), fieldOf(initializer, 'command')];
    if (name === undefined || command === undefined) return [];
    const period = parseDuration(fieldOf(initializer, 'period') ?? '') ?? usualPeriod;
    return { name, command, period: Math.max(shortestPeriod, period), type: fieldOf(initializer, 'targetType') };
  });
}

const fieldOf = ({ config, fields }: Adjunct, key: string): string | undefined =>
  readText(config, key) ?? readText(fields, key);

const wholeTypes = /^(?:integer|int|long|(?:java\.lang\.)?(?:Integer|Long))$/;
const numberTypes = /^(?:double|float|number|(?:java\.lang\.)?(?:Double|Float))$/;

/** Undefined where the text is none of its type. */
export function readOutput(text: string, type: string | undefined): Value | undefined {
  const value = text.trim();
  if (type === undefined || /^(?:string|(?:java\.lang\.)?String)$/.test(type)) return value;
  if (/^(?:boolean|(?:java\.lang\.)?Boolean)$/.test(type))
    return value === 'true' || value === 'false' ? value === 'true' : undefined;
  const number = Number(value);
  if (value === '' || !Number.isFinite(number)) return undefined;
  if (wholeTypes.test(type)) return Number.isInteger(number) ? number : undefined;
  return numberTypes.test(type) ? number : value;
}

export type CommandSensors = {
  /** What they told last, by name. */
  told(application: string, instance: string): ReadonlyMap<string, Value>;
  /** Runs those whose time has come; true where one tells something else than before. */
  ask(application: string, instance: string, container: string, sensors: readonly CommandSensor[]): Promise<boolean>;
  /** Forgets all that are not named, as `keyOf` names them. */
  keep(keys: ReadonlySet<string>): void;
};

export const keyOf = (application: string, instance: string): string => JSON.stringify([application, instance]);

const longest = 10_000;
const nothing: ReadonlyMap<string, Value> = new Map();

export function createCommandSensors(engine: Pick<Docker, 'exec'>, clock: RuntimeClock): CommandSensors {
  const entities = new Map<string, { readonly told: Map<string, Value>; readonly asked: Map<string, number> }>();
  const run = async (container: string, { command, type }: CommandSensor): Promise<Value | undefined> => {
    const limit = new AbortController();
    const cancel = clock.schedule(longest, () => limit.abort());
    try {
      const { exitCode, output } = await engine.exec(container, {
        command: ['sh', '-c', command],
        privileged: false,
        environment: [],
        signal: limit.signal,
      });
      return exitCode === 0 ? readOutput(output, type) : undefined;
    } catch (error) {
      // A container that ends meanwhile, or a command that takes too long, tells nothing this time.
      if (isFault(error) || limit.signal.aborted) return undefined;
      throw error;
    } finally {
      cancel();
    }
  };
  return {
    told: (application, instance) => entities.get(keyOf(application, instance))?.told ?? nothing,
    ask: async (application, instance, container, sensors) => {
      const key = keyOf(application, instance);
      const entity = entities.get(key) ?? { told: new Map<string, Value>(), asked: new Map<string, number>() };
      entities.set(key, entity);
      const due = sensors.filter(({ name, period }) => {
        const last = entity.asked.get(name);
        return last === undefined || clock.now() - last >= period;
      });
      const told = await Promise.all(
        due.map(async (sensor) => {
          entity.asked.set(sensor.name, clock.now());
          return [sensor.name, await run(container, sensor)] as const;
        }),
      );
      let isNew = false;
      for (const [name, value] of told) {
        if (entity.told.get(name) === value) continue;
        isNew = true;
        if (value === undefined) entity.told.delete(name);
        else entity.told.set(name, value);
      }
      return isNew;
    },
    keep: (keys) => {
      for (const key of entities.keys()) if (!keys.has(key)) entities.delete(key);
    },
  };
}
