/** Records as the API shows them. Pure. */
import type { ApplicationView, EntityView } from '../api/index.ts';
import type { ApplicationRecord, StatusRecord } from '../runtime/index.ts';

type SensorMap = StatusRecord['sensors'];

const textSensor = (sensors: SensorMap, name: string): string | undefined => {
  const value = Object.hasOwn(sensors, name) ? sensors[name] : undefined;
  return typeof value === 'string' ? value : undefined;
};

const mapSensor = (sensors: SensorMap, name: string): Readonly<Record<string, string>> => {
  const value = Object.hasOwn(sensors, name) ? sensors[name] : undefined;
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => textsOf(item).map((text) => [key, text])));
};

const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];

export function entityView(status: StatusRecord): EntityView {
  const { sensors } = status;
  const container = textSensor(sensors, 'docker.container.name');
  const uri = textSensor(sensors, 'main.uri');
  return {
    id: status.instance,
    planId: status.planId,
    name: status.name,
    kind: status.kind,
    type: status.type,
    ...(status.parent === undefined ? {} : { parent: status.parent }),
    node: status.node,
    state: textSensor(sensors, 'service.state') ?? 'unknown',
    isUp: sensors['service.isUp'] === true,
    reasons: Object.values(mapSensor(sensors, 'service.notUp.indicators')),
    ...(container === undefined ? {} : { container }),
    addresses: mapSensor(sensors, 'docker.container.addresses'),
    ports: Object.entries(mapSensor(sensors, 'docker.container.portBindings')).map(
      ([host, inside]) => `${host}->${inside}`,
    ),
    ...(uri === undefined ? {} : { uri }),
  };
}

/** The worst of its entities; while it is being changed, that. */
function stateOf(record: ApplicationRecord, entities: readonly EntityView[]): string {
  if (record.phase === 'deploying' || record.phase === 'starting' || record.phase === 'restarting') return 'starting';
  if (record.phase === 'stopping' || record.phase === 'removing') return 'stopping';
  const order = ['on-fire', 'starting', 'created', 'stopping', 'stopped', 'destroyed', 'unknown'];
  const worst = order.find((state) =>
    entities.some((entity) => entity.state === state && isOwn(entity) && !isDone(entity)),
  );
  return record.phase === 'failed' ? 'on-fire' : (worst ?? 'running');
}

/** A job that has done its work. */
const isDone = ({ state, isUp }: EntityView): boolean => state === 'stopped' && isUp;

/** Groups only sum up. */
const isOwn = ({ kind }: EntityView): boolean => kind !== 'cluster' && kind !== 'application' && kind !== 'fabric';

export function applicationView(record: ApplicationRecord, entities: readonly EntityView[]): ApplicationView {
  const state = stateOf(record, entities);
  return {
    name: record.name,
    phase: record.phase,
    ...(record.message === undefined ? {} : { message: record.message }),
    state,
    isUp: record.phase === 'deployed' && entities.every((entity) => entity.isUp || !isOwn(entity)),
    node: record.node,
    entities: entities.length,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
}
