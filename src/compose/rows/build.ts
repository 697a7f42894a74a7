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
  additional_contexts: pairs({ long: 'key-values', base: 'context' }),
  args: pairs({ out: 'pairs' }),
  cache_from: texts(),
  cache_to: texts(),
  context: text({ base: 'context' }),
  dockerfile: text(),
  dockerfile_inline: text(),
  entitlements: texts(),
  extra_hosts: hosts,
  isolation: text(),
  labels: pairs(),
  network: text(),
  no_cache: flag(),
  no_cache_filter: textOrTexts(),
  platforms: texts(),
  privileged: flag(),
  provenance: flagOrText({ long: 'scalar-text' }),
  pull: flag(),
  sbom: flagOrText({ long: 'scalar-text' }),
  secrets: list(fileMount),
  shm_size: bytes('integer'),
  ssh: pairs({ out: 'ssh', long: 'ssh', base: 'unix-path' }),
  tags: texts({ identity: 'pair' }),
  target: text(),
  ulimits,
};

export const build: Row = {
  form: either(textForm, mapForm(buildRows)),
  out: 'map?',
  merge: 'build',
  long: 'build',
  default: 'build',
};
