/** Services on Clocker networks: members that share a name, and the addresses that stand for all of them. */
import { optional, readShape, record, text, type Shape } from '../../shape/index.ts';
import type { ContainerNames } from './records.ts';

/** Under `serviceKey`. */
export type ServiceRecord = {
  /** Clocker's id of the network. */
  readonly network: string;
  /** In lower case, as names are compared (RFC 4343). */
  readonly service: string;
  /** Of the network's pools, reserved there. */
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** The pools themselves: only who has an address of them is led to a member. */
  readonly pool4?: string;
  readonly pool6?: string;
  /** RFC 3339. */
  readonly createdAt: string;
};

export const servicesPrefix = '/clocker/v1/services/';
export const serviceKey = (network: string, service: string): string =>
  `${servicesPrefix}${network}/${encodeURIComponent(service)}`;

/** Those of a swarm and of a compose file, in this order. */
export const serviceLabels = ['com.docker.swarm.service.name', 'com.docker.compose.service'] as const;

/** The service a container belongs to, as Docker writes it. */
export function serviceOf({ labels }: Pick<ContainerNames, 'labels'>): string | undefined {
  const label = serviceLabels.find((name) => Object.hasOwn(labels, name) && labels[name] !== '');
  return label === undefined ? undefined : labels[label];
}

const short = text({ longest: 512 });
const shape: Shape<ServiceRecord> = record(
  {
    network: short,
    service: short,
    ipv4: optional(short),
    ipv6: optional(short),
    pool4: optional(short),
    pool6: optional(short),
    createdAt: short,
  },
  { unknownKeys: 'ignored' },
);

export function decodeService(value: string): ServiceRecord | undefined {
  try {
    const read = readShape(shape, JSON.parse(value));
    return read.kind === 'value' ? read.value : undefined;
  } catch {
    return undefined;
  }
}
