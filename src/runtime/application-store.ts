/** Records of applications, and the materials that belong to them. */
import { Fault } from '../diagnostic/fault.ts';
import type { StateDirectory } from '../host/state-directory.ts';
import type { Entry, Store } from '../store/index.ts';
import { isEmpty, materialsOf } from './materials.ts';
import type { Materials } from '../deploy/index.ts';
import {
  applicationKey,
  applicationsPrefix,
  decodeApplication,
  decodeMaterials,
  decodeStatus,
  statusOfPrefix,
  statusPrefix,
} from './records.ts';
import type { ApplicationRecord, MaterialsRecord, StatusRecord } from './records.ts';

export type ApplicationStore = {
  list(): Promise<readonly ApplicationRecord[]>;
  get(name: string): Promise<ApplicationRecord | undefined>;
  put(record: ApplicationRecord): Promise<void>;
  /** With what was seen of it. */
  forget(name: string): Promise<void>;
  /** Changes a record unless it was taken away meanwhile; never undone by somebody's change at the same moment. */
  update(name: string, change: (record: ApplicationRecord) => ApplicationRecord): Promise<void>;
  statuses(application?: string): Promise<readonly StatusRecord[]>;
  /** Keeps those there were, unless they are of an update that was never finished. */
  saveMaterials(name: string, materials: MaterialsRecord, isUnfinished: boolean): Promise<void>;
  /** Goes back to those there were before the update under way. */
  restoreMaterials(name: string): Promise<void>;
  materials(name: string): Promise<Materials>;
  /** Those there were before the update under way; none when there is none. */
  materialsBefore(name: string): Promise<Materials>;
  /** An update is through, so nothing leads back: what was secret before need not be kept. */
  forgetMaterialsBefore(name: string): Promise<void>;
};

const materialsKind = 'materials';
const previousKind = 'materials-before';
const attempts = 10;

const decoded = (entry: Entry | undefined): ApplicationRecord | undefined =>
  entry === undefined ? undefined : decodeApplication(entry.value);

export function createApplicationStore(store: Store, state: StateDirectory): ApplicationStore {
  const move = async (from: string, to: string, name: string): Promise<void> => {
    const text = await state.read(from, name);
    if (text === undefined) await state.remove(to, name);
    else await state.write(to, name, text);
  };
  const read = async (kind: string, name: string): Promise<Materials> => {
    const text = await state.read(kind, name);
    return materialsOf(text === undefined ? undefined : decodeMaterials(text));
  };
  return {
    list: async () => (await store.list(applicationsPrefix)).entries.flatMap((entry) => decoded(entry) ?? []),
    get: async (name) => decoded(await store.get(applicationKey(name))),
    put: async (record) => {
      await store.transact([], [{ op: 'put', key: applicationKey(record.name), value: JSON.stringify(record) }]);
    },
    forget: async (name) => {
      await store.transact(
        [],
        [
          { op: 'delete', key: applicationKey(name) },
          { op: 'deletePrefix', prefix: statusOfPrefix(name) },
        ],
      );
      await state.remove(materialsKind, name);
      await state.remove(previousKind, name);
    },
    update: async (name, change) => {
      const key = applicationKey(name);
      for (let attempt = 0; attempt < attempts; attempt++) {
        const entry = await store.get(key);
        const record = decoded(entry);
        if (entry === undefined || record === undefined) return;
        const outcome = await store.transact(
          [{ key, is: 'revision', revision: entry.revision }],
          [{ op: 'put', key, value: JSON.stringify(change(record)) }],
        );
        if (outcome.succeeded) return;
      }
      throw new Fault('store-conflict', `The record of ${name} is changed by others all the time.`, {
        transient: true,
      });
    },
    statuses: async (application) => {
      const prefix = application === undefined ? statusPrefix : statusOfPrefix(application);
      return (await store.list(prefix)).entries.flatMap(({ value }) => decodeStatus(value) ?? []);
    },
    saveMaterials: async (name, materials, isUnfinished) => {
      if (!isUnfinished) await move(materialsKind, previousKind, name);
      if (isEmpty(materials)) await state.remove(materialsKind, name);
      else await state.write(materialsKind, name, JSON.stringify(materials));
    },
    restoreMaterials: (name) => move(previousKind, materialsKind, name),
    materials: (name) => read(materialsKind, name),
    materialsBefore: (name) => read(previousKind, name),
    forgetMaterialsBefore: (name) => state.remove(previousKind, name),
  };
}
