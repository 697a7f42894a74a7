/** Volumes of an engine. */
import { dictionary, list, nullable, optional, record, text } from '../../shape/index.ts';
import type { TypeOf } from '../../shape/index.ts';
import { engineText, expectShape, lenient, mostThings } from './answers.ts';
import type { Labels } from './answers.ts';
import { labelFilter } from './filters.ts';
import { segment } from './transport.ts';
import type { VersionedTransport } from './version.ts';

export type EngineVolume = {
  readonly name: string;
  readonly driver: string;
  readonly labels: Labels;
  readonly options: Labels;
};

const text1 = text(engineText);
const texts = optional(nullable(dictionary(text1, mostThings)));
const shape = record({ Name: text1, Driver: optional(text1), Labels: texts, Options: texts }, lenient);
const listing = record({ Volumes: optional(nullable(list(shape, mostThings))) }, lenient);

const volumeOf = (raw: TypeOf<typeof shape>): EngineVolume => ({
  name: raw.Name,
  driver: raw.Driver ?? 'local',
  labels: raw.Labels ?? {},
  options: raw.Options ?? {},
});

const deadline = 60_000;

export type VolumeCalls = {
  volumes(labels?: readonly string[]): Promise<readonly EngineVolume[]>;
  volume(name: string): Promise<EngineVolume | undefined>;
  createVolume(body: Readonly<Record<string, unknown>>): Promise<void>;
  /** Gone already is as good. */
  removeVolume(name: string): Promise<void>;
};

export const volumeCalls = (engine: VersionedTransport): VolumeCalls => ({
  volumes: async (labels = []) => {
    const { body } = await engine.call({ method: 'GET', path: '/volumes', query: labelFilter(labels), deadline });
    return (expectShape(listing, body, 'the list of volumes').Volumes ?? []).map(volumeOf);
  },
  volume: async (name) => {
    const path = `/volumes/${segment(name)}`;
    const { status, body } = await engine.call({ method: 'GET', path, deadline, fine: [404] });
    return status === 404 ? undefined : volumeOf(expectShape(shape, body, 'a volume'));
  },
  createVolume: async (value) => {
    await engine.call({ method: 'POST', path: '/volumes/create', body: { kind: 'json', value }, deadline });
  },
  removeVolume: async (name) => {
    await engine.call({ method: 'DELETE', path: `/volumes/${segment(name)}`, deadline, fine: [404] });
  },
});
