/** Networks an application wants: those it declares, those it only names, and its own. */
import { readBoolean, readList, readMap, readString, textOf } from '../model/read.ts';
import type { ValueMap } from '../model/value.ts';
import { isMap } from '../model/value.ts';
import type { Fields } from './container/draft.ts';
import { asTextObject } from './container/readers.ts';
import { hashOf } from './hash.ts';
import type { Instance } from './instance.ts';
import { applicationLabel, entityLabel, hashLabel } from './labels.ts';
import type { Complain } from './problems.ts';

export type WantedNetwork = {
  /** What `network.list` calls it. */
  readonly id: string;
  /** On the engine. */
  readonly name: string;
  /** Made elsewhere: it must be there. */
  readonly external: boolean;
  /** Only named, never declared: used when it is there, made when not. */
  readonly implicit: boolean;
  readonly dns: readonly string[];
  /** Of `POST /networks/create`; labels included. */
  readonly body: Fields;
  readonly hash: string;
};

const standardDriver = 'clocker';

const poolFields = (pool: ValueMap, complain: Complain): Fields => {
  const auxiliary = pool.get('auxAddresses');
  const [cidr, gateway, range] = ['cidr', 'gateway', 'range'].map((key) => textOf(pool.get(key)));
  return {
    ...(cidr === undefined ? {} : { Subnet: cidr }),
    ...(gateway === undefined ? {} : { Gateway: gateway }),
    ...(range === undefined ? {} : { IPRange: range }),
    ...(auxiliary === undefined ? {} : { AuxiliaryAddresses: asTextObject(auxiliary, complain) ?? {} }),
  };
};

function poolsOf(config: ValueMap, complain: Complain): readonly Fields[] {
  const first: ValueMap = new Map(
    ['cidr', 'gateway', 'range', 'auxAddresses'].flatMap((key) => {
      const value = config.get(`network.${key}`);
      return value === undefined || value === null ? [] : [[key, value]];
    }),
  );
  const further = (readList(config, 'network.pools') ?? []).filter(isMap);
  return [...(first.size === 0 ? [] : [first]), ...further].map((pool) => poolFields(pool, complain));
}

/** `addIptablesRules: false` in the words of the driver. */
function firewallOption(driver: string, config: ValueMap): Readonly<Record<string, string>> {
  if (readBoolean(config, 'network.addIptablesRules') !== false) return {};
  if (driver === standardDriver) return { 'clocker.nat': 'false' };
  return driver === 'bridge' ? { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } : {};
}

export const textOptions = (config: ValueMap, key: string, complain: Complain): Readonly<Record<string, string>> => {
  const map = readMap(config, key);
  return map === undefined ? {} : (asTextObject(map, complain) ?? {});
};

export type Owner = { readonly application: string; readonly entity: string };

/** The body with our marks, and the hash of what is wanted without them. */
export function marked(name: string, fields: Fields, labels: Readonly<Record<string, string>>, owner: Owner) {
  const hash = hashOf({ name, fields, labels });
  const marks = { [applicationLabel]: owner.application, [entityLabel]: owner.entity, [hashLabel]: hash };
  return { hash, body: { Name: name, ...fields, Labels: { ...labels, ...marks } } };
}

export function desiredNetwork(application: string, instance: Instance, complain: Complain): WantedNetwork {
  const { config } = instance;
  const name = readString(config, 'network.id') ?? instance.planId;
  const driver = readString(config, 'network.driver') ?? standardDriver;
  const ipam = readString(config, 'network.ipam.driver') ?? (driver === standardDriver ? standardDriver : 'default');
  const pools = poolsOf(config, complain);
  const ipamOptions = textOptions(config, 'network.ipam.flags', complain);
  const fields: Fields = {
    CheckDuplicate: true,
    Driver: driver,
    Internal: readBoolean(config, 'network.internal') ?? false,
    Attachable: readBoolean(config, 'network.attachable') ?? false,
    EnableIPv6: readBoolean(config, 'network.ipv6') ?? false,
    ...(readBoolean(config, 'network.ipv4') === false ? { EnableIPv4: false } : {}),
    Options: { ...textOptions(config, 'network.flags', complain), ...firewallOption(driver, config) },
    IPAM: {
      Driver: ipam,
      ...(pools.length === 0 ? {} : { Config: pools }),
      ...(Object.keys(ipamOptions).length === 0 ? {} : { Options: ipamOptions }),
    },
  };
  const labels = textOptions(config, 'network.labels', complain);
  return {
    id: instance.planId,
    name,
    external: readBoolean(config, 'network.external') ?? false,
    implicit: false,
    dns: (readList(config, 'network.dnsServers') ?? []).flatMap((item) => textOf(item) ?? []),
    ...marked(name, fields, labels, { application, entity: instance.id }),
  };
}

/** A network nobody declares: the application's own, or one that is only named in a list. */
export function implicitNetwork(application: string, id: string, name: string): WantedNetwork {
  const fields: Fields = {
    CheckDuplicate: true,
    Driver: standardDriver,
    Options: {},
    IPAM: { Driver: standardDriver },
  };
  return {
    id,
    name,
    external: false,
    implicit: true,
    dns: [],
    ...marked(name, fields, {}, { application, entity: id }),
  };
}
