/** What is wanted of each application, read from its record once for each text. */
import type { Deployment } from '../deploy/index.ts';
import type { Docker } from '../host/docker.ts';
import type { ApplicationStore } from './application-store.ts';
import { prepareRecord } from './prepare.ts';
import type { ApplicationRecord } from './records.ts';

export type Deployments = {
  /** Undefined where the text can't be read any more. */
  of(record: ApplicationRecord): Promise<Deployment | undefined>;
  /** Forgets all others. */
  keep(records: readonly ApplicationRecord[]): void;
};

export function createDeployments(
  engine: Pick<Docker, 'apiVersion'>,
  records: Pick<ApplicationStore, 'materials'>,
): Deployments {
  const known = new Map<string, { readonly spec: string; readonly deployment: Deployment | undefined }>();
  return {
    of: async (record) => {
      const spec = JSON.stringify([record.blueprint, record.sizes]);
      const before = known.get(record.name);
      if (before?.spec === spec) return before.deployment;
      const traits = { apiVersion: await engine.apiVersion() };
      const deployment = prepareRecord(record, await records.materials(record.name), traits);
      known.set(record.name, { spec, deployment });
      return deployment;
    },
    keep: (kept) => {
      for (const name of known.keys()) if (!kept.some((record) => record.name === name)) known.delete(name);
    },
  };
}
