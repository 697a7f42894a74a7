/** The engine itself. */
import { boolean, integer, list, nullable, optional, record, text } from '../../shape/index.ts';
import { engineText, expectShape, lenient, mostThings } from './answers.ts';
import type { VersionedTransport } from './version.ts';

export type EngineInfo = {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly liveRestore: boolean;
  readonly cgroupDriver: string;
  readonly storageDriver: string;
  readonly swarm: boolean;
  /** Its id as a node of the swarm; '' outside of one. */
  readonly swarmNode: string;
  /** It takes orders for the swarm. */
  readonly isManager: boolean;
  /** Addresses of the managers, `host:port`. */
  readonly managers: readonly string[];
  readonly labels: readonly string[];
  readonly warnings: readonly string[];
};

const text1 = text(engineText);
const texts = optional(nullable(list(text1, mostThings)));

const shape = record(
  {
    ID: optional(text1),
    Name: optional(text1),
    ServerVersion: optional(text1),
    NCPU: optional(integer()),
    MemTotal: optional(integer()),
    LiveRestoreEnabled: optional(boolean()),
    CgroupDriver: optional(text1),
    Driver: optional(text1),
    Labels: texts,
    Warnings: texts,
    Swarm: optional(
      nullable(
        record(
          {
            LocalNodeState: optional(text1),
            NodeID: optional(text1),
            ControlAvailable: optional(boolean()),
            RemoteManagers: optional(nullable(list(record({ Addr: optional(text1) }, lenient), mostThings))),
          },
          lenient,
        ),
      ),
    ),
  },
  lenient,
);

const deadline = 15_000;

export type SystemCalls = { info(): Promise<EngineInfo> };

export const systemCalls = (engine: VersionedTransport): SystemCalls => ({
  info: async () => {
    const { body } = await engine.call({ method: 'GET', path: '/info', deadline });
    const raw = expectShape(shape, body, 'the question how it is');
    return {
      id: raw.ID ?? '',
      name: raw.Name ?? '',
      version: raw.ServerVersion ?? '',
      cpus: raw.NCPU ?? 0,
      memory: raw.MemTotal ?? 0,
      liveRestore: raw.LiveRestoreEnabled ?? false,
      cgroupDriver: raw.CgroupDriver ?? '',
      storageDriver: raw.Driver ?? '',
      swarm: raw.Swarm?.LocalNodeState === 'active',
      swarmNode: raw.Swarm?.NodeID ?? '',
      isManager: raw.Swarm?.ControlAvailable ?? false,
      managers: (raw.Swarm?.RemoteManagers ?? []).flatMap(({ Addr }) => Addr ?? []),
      labels: raw.Labels ?? [],
      warnings: raw.Warnings ?? [],
    };
  },
});
