/** Volumes an application declares. Their content outlives it, so one is never removed without being asked to. */
import { readBoolean, readString } from '../model/read.ts';
import type { Fields } from './container/draft.ts';
import type { Instance } from './instance.ts';
import { marked, textOptions } from './network.ts';
import type { Complain } from './problems.ts';

export type WantedVolume = {
  readonly id: string;
  readonly name: string;
  readonly external: boolean;
  readonly body: Fields;
  readonly hash: string;
};

export function desiredVolume(application: string, instance: Instance, complain: Complain): WantedVolume {
  const { config } = instance;
  const name = readString(config, 'volume.id') ?? instance.planId;
  const driver = readString(config, 'volume.driver');
  const fields: Fields = {
    ...(driver === undefined ? {} : { Driver: driver }),
    DriverOpts: textOptions(config, 'volume.flags', complain),
  };
  const labels = textOptions(config, 'volume.labels', complain);
  const external = readBoolean(config, 'volume.external') ?? false;
  return { id: instance.planId, name, external, ...marked(name, fields, labels, { application, entity: instance.id }) };
}
