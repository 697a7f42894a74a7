/** Resources that are more than one field: block I/O, limits of users, devices, GPUs, `resources.limits`. */
import { readList, textEntries, textOf } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { Complain } from '../problems.ts';
import type { Draft, Fields } from './draft.ts';
import { put } from './draft.ts';
import { asBytes, asInteger, asNanoCpus, asTextObject, asTexts } from './readers.ts';

const rates = [
  ['device_read_bps', 'BlkioDeviceReadBps', asBytes],
  ['device_write_bps', 'BlkioDeviceWriteBps', asBytes],
  ['device_read_iops', 'BlkioDeviceReadIOps', asInteger],
  ['device_write_iops', 'BlkioDeviceWriteIOps', asInteger],
] as const;

const isObject = (value: Value | undefined, what: string, complain: Complain): value is ValueMap => {
  if (isMap(value)) return true;
  complain('deploy-value', `${what} is a map.`);
  return false;
};

export function writeBlkio(value: Value, { host }: Draft, complain: Complain): void {
  if (!isObject(value, 'Block I/O', complain)) return;
  const weight = value.get('weight');
  if (weight !== undefined && weight !== null) put(host, 'BlkioWeight', asInteger(weight, complain));
  const devices = (name: string) => (readList(value, name) ?? []).filter(isMap);
  const weights = devices('weight_device');
  if (weights.length > 0)
    host['BlkioWeightDevice'] = weights.map((device) => ({
      Path: textOf(device.get('path')) ?? '',
      Weight: asInteger(device.get('weight') ?? null, complain) ?? 0,
    }));
  for (const [name, field, read] of rates) {
    const limited = devices(name);
    if (limited.length === 0) continue;
    host[field] = limited.map((device) => ({
      Path: textOf(device.get('path')) ?? '',
      Rate: read(device.get('rate') ?? null, complain) ?? 0,
    }));
  }
}

/** Name to a number, or {soft, hard}. */
export function asUlimits(value: Value, complain: Complain): readonly Fields[] | undefined {
  if (!isObject(value, 'The limits', complain)) return undefined;
  return textEntries(value).flatMap(([name, limit]) => {
    const soft = asInteger((isMap(limit) ? limit.get('soft') : limit) ?? null, complain);
    const hard = asInteger((isMap(limit) ? limit.get('hard') : limit) ?? null, complain);
    return soft === undefined || hard === undefined ? [] : [{ Name: name, Soft: soft, Hard: hard }];
  });
}

const isCdiName = (text: string): boolean => /^[^/:\s]+\/[^/:\s]+=[^/:\s]+$/.test(text);

/** `source[:target[:rwm]]`, {source, target, permissions}, or a CDI name. */
export function writeDevices(value: Value, { host }: Draft, complain: Complain): void {
  const items = isList(value) ? value : [value];
  const devices: Fields[] = [];
  const cdi: string[] = [];
  for (const item of items) {
    const text = textOf(item);
    const [source = '', target, permissions] = isMap(item)
      ? ['source', 'target', 'permissions'].map((key) => textOf(item.get(key)))
      : (text ?? '').split(':');
    if (isCdiName(source)) cdi.push(source);
    else if (source === '') complain('deploy-value', 'A device needs a path on the host.');
    else
      devices.push({ PathOnHost: source, PathInContainer: target ?? source, CgroupPermissions: permissions ?? 'rwm' });
  }
  if (devices.length > 0) host['Devices'] = devices;
  if (cdi.length > 0) addDeviceRequests(host, [{ Driver: 'cdi', DeviceIDs: cdi }]);
}

function addDeviceRequests(host: Fields, requests: readonly Fields[]): void {
  const known = host['DeviceRequests'];
  host['DeviceRequests'] = [...(Array.isArray(known) ? (known as readonly unknown[]) : []), ...requests];
}

/** `all`, or a list of {driver, count, device_ids, capabilities, options}. */
export function writeGpus(value: Value, { host }: Draft, complain: Complain): void {
  if (value === 'all') {
    addDeviceRequests(host, [{ Count: -1, Capabilities: [['gpu']] }]);
    return;
  }
  const items = (isList(value) ? value : [value]).filter(isMap);
  addDeviceRequests(
    host,
    items.map((item) => deviceRequest(item, ['gpu'], complain)),
  );
}

function deviceRequest(item: ValueMap, standard: readonly string[], complain: Complain): Fields {
  const count = item.get('count');
  const ids = item.get('device_ids');
  const capabilities = item.get('capabilities');
  const options = item.get('options');
  const said = capabilities === undefined ? [] : (asTexts(capabilities, complain) ?? []);
  return {
    Driver: textOf(item.get('driver')) ?? '',
    ...(ids === undefined
      ? { Count: count === undefined || count === 'all' ? -1 : (asInteger(count, complain) ?? 0) }
      : { DeviceIDs: asTexts(ids, complain) ?? [] }),
    Capabilities: [[...new Set([...standard, ...said])]],
    ...(options === undefined ? {} : { Options: asTextObject(options, complain) ?? {} }),
  };
}

/** `resources.limits`, where no key of its own says the same. */
export function writeLimits(value: Value, { host }: Draft, complain: Complain): void {
  if (!isObject(value, 'resources.limits', complain)) return;
  const limits = [
    ['cpus', 'NanoCpus', asNanoCpus],
    ['memory', 'Memory', asBytes],
    ['pids', 'PidsLimit', asInteger],
  ] as const;
  for (const [name, field, read] of limits) {
    const said = value.get(name);
    if (said !== undefined && said !== null && host[field] === undefined) put(host, field, read(said, complain));
  }
}

export function writeReservations(value: Value, { host }: Draft, complain: Complain): void {
  if (!isObject(value, 'resources.reservations', complain)) return;
  const memory = value.get('memory');
  if (memory !== undefined && memory !== null && host['MemoryReservation'] === undefined)
    put(host, 'MemoryReservation', asBytes(memory, complain));
  const devices = (readList(value, 'devices') ?? []).filter(isMap);
  if (devices.length > 0)
    addDeviceRequests(
      host,
      devices.map((device) => deviceRequest(device, [], complain)),
    );
}
