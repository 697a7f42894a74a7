/** Config keys of Volume, Secret, Config, Model and Provider entities. */
import type { ConfigKeys } from './key.ts';

export const volumeKeys = {
  'volume.id': {
    kind: 'string',
    flags: ['volumeId'],
    meaning: 'Name of the volume on the engine; its entity’s id unless said.',
  },
  'volume.driver': { kind: 'string', flags: ['driver'], meaning: 'Volume driver; `local` unless said.' },
  'volume.flags': { kind: 'map', flags: ['flags'], meaning: 'Options of the driver.' },
  'volume.labels': { kind: 'map', meaning: 'Labels of the volume.' },
  'volume.external': { kind: 'boolean', meaning: 'Made elsewhere: used, never made or removed.' },
} as const satisfies ConfigKeys;

/** A secret's value is a reference, `$brooklyn:external("file"|"environment", …)`, read when deployed; never in clear. */
export const secretKeys = {
  'secret.id': { kind: 'string', flags: ['secretId'], meaning: 'Name of the secret; its entity’s id unless said.' },
  'secret.value': {
    kind: 'any',
    flags: ['value'],
    meaning:
      '`$brooklyn:external("file", "path")`, `$brooklyn:external("environment", "NAME")`, or any other supplier.',
  },
  'secret.driver': { kind: 'string', flags: ['driver'], meaning: 'Secret driver (on a swarm).' },
  'secret.flags': { kind: 'map', flags: ['flags'], meaning: 'Options of the driver.' },
  'secret.templateDriver': { kind: 'string', meaning: 'Template driver (on a swarm).' },
  'secret.labels': { kind: 'map', meaning: 'Labels of the secret.' },
  'secret.external': { kind: 'boolean', meaning: 'Made elsewhere.' },
} as const satisfies ConfigKeys;

export const configKeys = {
  'config.id': { kind: 'string', flags: ['configId'], meaning: 'Name of the config; its entity’s id unless said.' },
  'config.value': {
    kind: 'any',
    flags: ['value'],
    meaning: 'Its text, or `$brooklyn:external("file"|"environment", …)`.',
  },
  'config.templateDriver': { kind: 'string', meaning: 'Template driver (on a swarm).' },
  'config.labels': { kind: 'map', meaning: 'Labels of the config.' },
  'config.external': { kind: 'boolean', meaning: 'Made elsewhere.' },
} as const satisfies ConfigKeys;

export const modelKeys = {
  'model.id': { kind: 'string', meaning: 'Name of the model; its entity’s id unless said.' },
  'model.model': { kind: 'string', flags: ['model'], meaning: 'The model’s image.' },
  'model.contextSize': { kind: 'integer', meaning: 'Tokens of context.' },
  'model.runtimeFlags': { kind: 'list', meaning: 'Flags of the engine that runs it.' },
} as const satisfies ConfigKeys;

export const providerKeys = {
  'provider.type': { kind: 'string', meaning: 'Program that provides the service.' },
  'provider.options': { kind: 'map', meaning: 'What it is told.' },
} as const satisfies ConfigKeys;
