/** Sensors of a cluster, and of an application: what its members tell together. */
import { readySensor } from '../model/latches.ts';
import { textOf } from '../model/read.ts';
import type { Value } from '../model/value.ts';
import { isMap } from '../model/value.ts';
import type { Sensors, ServiceState } from './sensors.ts';

/** True when every member says so. */
const unanimous = [readySensor.running, readySensor.healthy, readySensor.completed, readySensor.up];

export function groupSensors(members: readonly (readonly [id: string, sensors: Sensors])[]): Sensors {
  const down = members.filter(([, sensors]) => sensors.get('service.isUp') !== true);
  const reasons = down.map(([id, sensors]): [string, Value] => [id, reasonIn(sensors)]);
  const first = members[0]?.[1];
  const shared: [string, Value][] = [...(first ?? [])].filter(
    ([name]) => name === 'host.address' || name === 'main.uri',
  );
  return new Map<string, Value>([
    ...shared,
    ['group.members.count', members.length],
    ...unanimous.map((name): [string, Value] => [name, members.every(([, sensors]) => sensors.get(name) === true)]),
    [
      'service.state',
      stateOf(members.filter(isConcerned).map(([, sensors]) => textOf(sensors.get('service.state')) ?? '')),
    ],
    ['service.notUp.indicators', new Map(reasons)],
  ]);
}

/** A job that has done its work says nothing about the others. */
const isConcerned = ([, sensors]: readonly [string, Sensors]): boolean =>
  sensors.get('service.state') !== 'stopped' || sensors.get('service.isUp') !== true;

function reasonIn(sensors: Sensors): string {
  const indicators = sensors.get('service.notUp.indicators');
  const reasons = isMap(indicators) ? [...indicators.values()].flatMap((reason) => textOf(reason) ?? []) : [];
  return reasons.join(' ') || 'It is not up.';
}

/** The worst that any member is in; nobody at all is nothing to worry about. */
const order: readonly ServiceState[] = [
  'on-fire',
  'starting',
  'created',
  'stopping',
  'stopped',
  'destroyed',
  'running',
];

const stateOf = (states: readonly string[]): string => order.find((state) => states.includes(state)) ?? 'running';
