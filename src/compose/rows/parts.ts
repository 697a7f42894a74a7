/** Attributes inside the larger attributes of a service. */
import type { Row } from './row.ts';
import {
  bytes,
  closedForm,
  command,
  dictForm,
  duration,
  either,
  flag,
  integer,
  list,
  listForm,
  map,
  mapForm,
  nothing,
  number,
  only,
  options,
  pairs,
  strictFlag,
  text,
  textForm,
  textOr,
  textOrTexts,
  textSet,
  word,
} from './forms.ts';

const limit = (value: Row, key: 'rate' | 'weight'): Row =>
  list({ form: closedForm({ path: text({ json: 'capital' }), [key]: { ...value, json: 'capital' } }), out: 'map?' });

export const blkio: Row = {
  form: closedForm({
    weight: integer(),
    weight_device: limit(integer(), 'weight'),
    device_read_bps: limit(bytes('integer'), 'rate'),
    device_read_iops: limit(bytes('integer'), 'rate'),
    device_write_bps: limit(bytes('integer'), 'rate'),
    device_write_iops: limit(bytes('integer'), 'rate'),
  }),
  out: 'map?',
};

export const credentialSpec = map({ config: text(), file: text(), registry: text() });

export const device: Row = {
  form: either(textForm, mapForm({ source: text(), target: text(), permissions: text() }, ['source'])),
  out: 'map?',
  long: 'device',
};

/** A secret or config as a file in the container. */
export const fileMount: Row = {
  form: either(
    textForm,
    mapForm({
      source: text(),
      target: text(),
      uid: text(),
      gid: text(),
      mode: { form: { kind: 'scalar', types: ['number', 'text'] }, out: 'mode?' },
    }),
  ),
  out: 'map?',
  long: 'file-mount',
};

export const healthcheck = map({
  test: { form: either(textForm, listForm(text())), out: 'test', merge: 'replace' },
  timeout: duration({ out: 'duration?' }),
  interval: duration({ out: 'duration?' }),
  retries: number({ cast: 'integer', out: 'integer?' }),
  start_period: duration({ out: 'duration?' }),
  start_interval: duration({ out: 'duration?' }),
  disable: flag({ cast: 'flag' }),
});

const hookCommand = { command: command() };

const hookRows = {
  user: text(),
  privileged: flag(),
  working_dir: text(),
  environment: pairs({ out: 'pairs' }),
};

export const hook: Row = { form: mapForm({ ...hookCommand, ...hookRows }, ['command']), out: 'map?' };
export const preStartHook = map({ ...hookCommand, image: text(), ...hookRows, per_replica: flag() });

export const develop: Row = {
  form: either(
    nothing,
    mapForm({
      watch: list({
        form: mapForm(
          {
            path: text({ base: 'path', check: 'path-given' }),
            action: word('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
            target: text(),
            exec: { ...hook, out: 'map!' },
            include: textOrTexts(),
            ignore: textOrTexts(),
            initial_sync: strictFlag(),
          },
          ['path', 'action'],
        ),
        out: 'map?',
      }),
    }),
  ),
  out: 'map?',
};

export const logging = map({ driver: text(), options: options('text', 'number', 'null') }, { merge: 'logging' });

const attachment: Row = {
  form: either(
    mapForm({
      aliases: textSet({ identity: 'pair' }),
      driver_opts: options('text', 'number'),
      gw_priority: only('number'),
      interface_name: text(),
      ipv4_address: text(),
      ipv6_address: text(),
      link_local_ips: textSet({ identity: 'pair' }),
      mac_address: text(),
      priority: only('number'),
    }),
    nothing,
  ),
  out: 'map?',
};

export const attachments: Row = {
  form: either(listForm(text(), true), dictForm(attachment, /^[a-zA-Z0-9._-]+$/)),
  out: 'each',
  merge: 'names',
  long: 'names',
};

export const serviceModels: Row = {
  form: either(
    listForm(text(), true),
    dictForm({ form: either(mapForm({ endpoint_var: text(), model_var: text() }), nothing), out: 'map?' }),
  ),
  out: 'each',
  merge: 'names',
  long: 'names',
};

export const port: Row = {
  form: either(
    { kind: 'scalar', types: ['number'] },
    textForm,
    mapForm({
      name: text(),
      mode: text(),
      host_ip: text({ check: 'host-ip' }),
      target: integer({ cast: 'integer' }),
      published: textOr('integer'),
      protocol: text(),
      app_protocol: text(),
    }),
  ),
  out: 'map?',
  default: 'port',
};

export const provider: Row = {
  form: mapForm(
    {
      type: text(),
      options: {
        form: dictForm({
          form: either(
            { kind: 'scalar', types: ['text', 'number', 'flag'] },
            listForm({ form: { kind: 'scalar', types: ['text', 'number', 'flag'] }, out: 'as-is' }),
          ),
          out: 'as-is',
        }),
        out: 'lists-map',
      },
    },
    ['type'],
  ),
  out: 'map?',
};

const ulimit = integer({ cast: 'integer', out: 'integer?', json: 'no-zero' });

export const ulimits: Row = {
  form: dictForm(
    {
      form: either(
        { kind: 'scalar', types: ['integer', 'text'] },
        mapForm({ soft: ulimit, hard: ulimit }, ['soft', 'hard']),
      ),
      out: 'integer?',
      cast: 'integer',
      merge: 'replace',
      json: 'no-zero',
    },
    /^[a-z]+$/,
  ),
  out: 'each',
};

export const volume: Row = {
  form: either(
    textForm,
    mapForm(
      {
        type: word('bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'),
        source: text(),
        target: text(),
        read_only: flag({ cast: 'flag' }),
        consistency: text(),
        bind: map({
          selinux: word('z', 'Z'),
          propagation: text(),
          create_host_path: flag({ out: 'flag?' }),
          recursive: word('enabled', 'disabled', 'writable', 'readonly'),
        }),
        volume: map({ labels: pairs(), nocopy: flag({ cast: 'flag' }), subpath: text() }),
        tmpfs: map({
          size: {
            form: either({ kind: 'scalar', types: ['integer'], minimum: 0 }, textForm),
            out: 'bytes',
          },
          mode: number(),
        }),
        image: map({ subpath: text() }),
      },
      ['type'],
    ),
  ),
  out: 'map?',
  long: 'volume',
  base: 'mount',
};
