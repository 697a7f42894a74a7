/** The body of a container's creation: what is wanted, its image, our marks, and its first network. */
import { endpointFields } from '../container/attachments.ts';
import type { WantedContainer } from '../container/desired.ts';
import type { Fields } from '../container/draft.ts';
import { applicationLabel, entityLabel, hashLabel } from '../labels.ts';

export type Creation = {
  readonly application: string;
  readonly wanted: WantedContainer;
  readonly imageId: string;
  /** While an older one still has the name. */
  readonly temporaryName?: string;
};

const hostOf = (body: Fields): Fields => {
  const host = body['HostConfig'];
  return typeof host === 'object' && host !== null ? { ...host } : {};
};

export const isReadOnly = ({ body }: WantedContainer): boolean => hostOf(body)['ReadonlyRootfs'] === true;

/** The whole body: image, marks and the first network; an engine older than 25 takes only one when creating. */
export function creationBody({ application, wanted, imageId }: Creation, binds: readonly string[]): Fields {
  const host = hostOf(wanted.body);
  const [first] = wanted.attachments;
  const known = Array.isArray(host['Binds']) ? (host['Binds'] as readonly unknown[]) : [];
  const mac = first?.mac === undefined ? {} : { MacAddress: first.mac };
  return {
    ...wanted.body,
    ...mac,
    Image: imageId,
    Labels: {
      ...wanted.labels,
      [applicationLabel]: application,
      [entityLabel]: wanted.instance.id,
      [hashLabel]: wanted.hash,
    },
    HostConfig: {
      ...host,
      Binds: [...known, ...binds],
      ...(first === undefined ? {} : { NetworkMode: first.network }),
    },
    ...(first === undefined
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [first.network]: endpointFields(first) } } }),
  };
}
