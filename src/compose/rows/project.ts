/** The top of a compose file, and its sections but `services`. */
import type { Row, Rows } from './row.ts';
import {
  anyName,
  closedForm,
  dictForm,
  either,
  flag,
  list,
  listForm,
  map,
  mapForm,
  nothing,
  only,
  options,
  pairs,
  text,
  textForm,
  textOrTexts,
  texts,
} from './forms.ts';
import { services } from './service.ts';

const external: Row = {
  form: either({ kind: 'scalar', types: ['flag', 'text'] }, mapForm({ name: text() })),
  out: 'flag',
  cast: 'flag',
};

const pool = map({
  subnet: text(),
  gateway: text(),
  ip_range: text(),
  aux_addresses: options('text'),
});

const network: Row = {
  form: either(
    nothing,
    mapForm({
      name: text(),
      driver: text(),
      driver_opts: options('text', 'number'),
      ipam: map(
        {
          driver: text(),
          config: list(pool, { merge: 'ipam-config' }),
          // compose-go's type has no place for them, though its schema takes them.
          options: { ...options('text'), json: 'hidden' },
        },
        { out: 'map!' },
      ),
      external,
      internal: flag({ cast: 'flag' }),
      attachable: flag({ cast: 'flag' }),
      labels: pairs(),
      enable_ipv4: flag({ cast: 'flag', out: 'flag?' }),
      enable_ipv6: flag({ cast: 'flag', out: 'flag?' }),
    }),
  ),
  out: 'map!',
  long: 'external',
};

const volume: Row = {
  form: either(
    nothing,
    mapForm({
      name: text(),
      driver: text(),
      driver_opts: options('text', 'number'),
      external,
      labels: pairs(),
    }),
  ),
  out: 'map!',
  long: 'external',
  base: 'volume',
  check: 'external',
};

const secret = map(
  {
    name: text(),
    file: text({ base: 'unix-path' }),
    environment: text(),
    external,
    labels: pairs(),
    driver: text(),
    driver_opts: options('text', 'number'),
    template_driver: text(),
  },
  { long: 'external', check: 'secret-source' },
);

const config = map(
  {
    name: text(),
    file: text({ base: 'unix-path' }),
    environment: text(),
    content: text(),
    external,
    labels: pairs(),
    template_driver: text(),
  },
  { long: 'external', check: 'config-source' },
);

const model: Row = {
  form: mapForm({ name: text(), model: text(), context_size: only('integer'), runtime_flags: texts() }, ['model']),
  out: 'map?',
};

const section = (of: Row, names?: RegExp): Row => ({ form: dictForm(of, names), out: 'each' });

const include: Row = {
  form: listForm({
    form: either(textForm, closedForm({ path: textOrTexts(), env_file: textOrTexts(), project_directory: text() })),
    out: 'as-is',
  }),
  out: 'as-is',
};

export const sectionRows = {
  services,
  networks: section(network),
  volumes: section(volume, anyName),
  secrets: section(secret, anyName),
  configs: section(config, anyName),
  models: { ...section(model), json: 'hidden' },
} as const satisfies Readonly<Record<string, Row>>;

export type Section = keyof typeof sectionRows;
export type ResourceSection = Exclude<Section, 'services'>;

export const resourceSections = [
  'networks',
  'volumes',
  'secrets',
  'configs',
  'models',
] as const satisfies readonly ResourceSection[];

export const projectRows: Rows = { version: text(), name: text(), include, ...sectionRows };

/** A whole file. `include` is resolved before anything is merged. */
export const project: Row = map(projectRows);
