/** `build`. */
import type { Row, Rows } from './row.ts';
import {
  bytes,
  either,
  flag,
  flagOrText,
  hosts,
  list,
  mapForm,
  pairs,
  text,
  textForm,
  textOrTexts,
  texts,
} from './forms.ts';
import { fileMount, ulimits } from './parts.ts';

const buildRows: Rows = {
  context: text({ base: 'context' }),
  dockerfile: text(),
  dockerfile_inline: text(),
  entitlements: texts(),
  args: pairs({ out: 'pairs' }),
  provenance: flagOrText({ long: 'scalar-text' }),
  sbom: flagOrText({ long: 'scalar-text' }),
  ssh: pairs({ out: 'ssh', long: 'ssh', base: 'unix-path' }),
  labels: pairs(),
  cache_from: texts(),
  cache_to: texts(),
  no_cache: flag(),
  no_cache_filter: textOrTexts(),
  additional_contexts: pairs({ long: 'key-values', base: 'context' }),
  pull: flag(),
  extra_hosts: hosts,
  isolation: text(),
  network: text(),
  target: text(),
  secrets: list(fileMount),
  shm_size: bytes('integer'),
  tags: texts({ identity: 'pair' }),
  ulimits,
  platforms: texts(),
  privileged: flag(),
};

export const build: Row = {
  form: either(textForm, mapForm(buildRows)),
  out: 'map?',
  merge: 'build',
  long: 'build',
  default: 'build',
};
