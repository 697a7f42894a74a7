/** Every attribute of a network, volume, secret, config and model of a compose file, and how the model says it. */
import { textOf } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isDeferred, isList } from '../../model/value.ts';
import type { ConfigName } from './config-name.ts';
import { ipam } from './ipam.ts';
import type { ResourceSection } from './names.ts';
import type { Rows } from './remainder.ts';
import { entry, nothing, same } from './row.ts';
import type { Row } from './row.ts';
import { textMap } from './text-map.ts';

/** Where a secret or a config comes from: `$brooklyn:external("file", "/path")`, read when deployed. */
const external = (supplier: string, key: Value): Value => ({
  kind: 'dsl',
  steps: [{ kind: 'call', name: 'external', arguments: [supplier, key] }],
});

const suppliedBy = (supplier: string, name: ConfigName): Row => ({
  keys: [name],
  encode: (value) => entry(name, external(supplier, value)),
  decode(config) {
    const value = config.get(name);
    if (!isDeferred(value) || value.kind !== 'dsl' || value.steps.length !== 1) return undefined;
    const [step] = value.steps;
    if (step?.kind !== 'call' || step.name !== 'external' || step.arguments[0] !== supplier) return undefined;
    return step.arguments[1];
  },
});

/** A config's own text. */
const content: Row = {
  keys: ['config.value'],
  encode: (value) => entry('config.value', value),
  decode: (config) => textOf(config.get('config.value')),
};

const runtimeFlags: Row = {
  keys: ['model.runtimeFlags'],
  encode: (value) => (isList(value) ? entry('model.runtimeFlags', value) : nothing),
  decode: (config) => config.get('model.runtimeFlags'),
};

export const resourceRows = {
  networks: {
    attachable: same('network.attachable'),
    driver: same('network.driver'),
    driver_opts: textMap('network.flags'),
    enable_ipv4: same('network.ipv4'),
    enable_ipv6: same('network.ipv6'),
    external: same('network.external'),
    internal: same('network.internal'),
    ipam,
    labels: textMap('network.labels'),
    name: same('network.id'),
  },
  volumes: {
    driver: same('volume.driver'),
    driver_opts: textMap('volume.flags'),
    external: same('volume.external'),
    labels: textMap('volume.labels'),
    name: same('volume.id'),
  },
  secrets: {
    driver: same('secret.driver'),
    driver_opts: textMap('secret.flags'),
    environment: suppliedBy('environment', 'secret.value'),
    external: same('secret.external'),
    file: suppliedBy('file', 'secret.value'),
    labels: textMap('secret.labels'),
    name: same('secret.id'),
    template_driver: same('secret.templateDriver'),
  },
  configs: {
    content,
    environment: suppliedBy('environment', 'config.value'),
    external: same('config.external'),
    file: suppliedBy('file', 'config.value'),
    labels: textMap('config.labels'),
    name: same('config.id'),
    template_driver: same('config.templateDriver'),
  },
  models: {
    context_size: same('model.contextSize'),
    model: same('model.model'),
    name: same('model.id'),
    runtime_flags: runtimeFlags,
  },
} as const satisfies Readonly<Record<ResourceSection, Rows>>;
