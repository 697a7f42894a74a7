/** `deploy`, and what it shares with `gpus`. */
import type { Row, Rows } from './row.ts';
import {
  duration,
  either,
  flag,
  integer,
  list,
  map,
  mapForm,
  nothing,
  number,
  pairs,
  text,
  textOr,
  textSet,
  texts,
  word,
} from './forms.ts';

const deviceRequestRows = {
  capabilities: textSet(),
  driver: text(),
  count: textOr('integer', { out: 'count' }),
  device_ids: textSet(),
  options: pairs(),
};

const deviceRequest = (required: readonly string[]): Row => ({
  form: mapForm(deviceRequestRows, required),
  out: 'map?',
  default: 'device-request',
  check: 'device-request',
});

export const gpus: Row = {
  form: either({ kind: 'scalar', types: ['text'], words: ['all'] }, { kind: 'list', of: deviceRequest([]) }),
  out: 'each',
  long: 'gpus',
};

const cpus: Row = { form: { kind: 'scalar', types: ['number', 'text'] }, out: 'float' };
const memory = text({ out: 'bytes' });

const update = map({
  parallelism: integer({ cast: 'integer', out: 'integer?' }),
  delay: duration(),
  failure_action: text(),
  monitor: duration(),
  max_failure_ratio: number({ cast: 'float', out: 'float' }),
  order: word('start-first', 'stop-first'),
});

const resources = map(
  {
    limits: map({ cpus, memory, pids: integer() }),
    reservations: map({
      cpus,
      memory,
      devices: list(deviceRequest(['capabilities'])),
      generic_resources: list(
        map({ discrete_resource_spec: map({ kind: text(), value: number({ out: 'integer?' }) }) }),
      ),
    }),
  },
  { out: 'map!' },
);

const deployRows: Rows = {
  mode: text(),
  replicas: integer({ cast: 'integer', out: 'integer?' }),
  labels: pairs(),
  update_config: update,
  rollback_config: update,
  resources,
  restart_policy: map({
    condition: text(),
    delay: duration({ out: 'duration?' }),
    max_attempts: integer({ cast: 'integer', out: 'integer?' }),
    window: duration({ out: 'duration?' }),
  }),
  placement: map(
    {
      constraints: texts(),
      preferences: list(map({ spread: text() })),
      max_replicas_per_node: integer({ cast: 'integer' }),
    },
    { out: 'map!' },
  ),
  endpoint_mode: text(),
};

export const deploy: Row = { form: either(nothing, mapForm(deployRows)), out: 'map?' };

export const dependency: Row = {
  form: mapForm(
    {
      condition: word('service_started', 'service_healthy', 'service_completed_successfully'),
      restart: flag({ cast: 'flag' }),
      required: { form: { kind: 'scalar', types: ['flag'] }, out: 'flag?', cast: 'flag' },
    },
    ['condition'],
  ),
  out: 'map?',
};
