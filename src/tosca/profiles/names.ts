/** The profiles in tosca/ by the names templates use for them. */
import type { Version } from '../version.ts';

/** 1.x: what every file knows without importing it; a later one builds on those before it. */
export const implicitProfiles: Readonly<Record<Version, readonly string[]>> = {
  '1.0': ['simple-1.0', 'nonnormative-1.0'],
  '1.1': ['simple-1.1', 'nonnormative-1.0'],
  '1.2': ['simple-1.2', 'nonnormative-1.2'],
  '1.3': ['simple-1.3', 'nonnormative-1.2'],
  '2.0': [],
};

const byName: ReadonlyMap<string, string> = new Map([
  ['org.oasis-open.simple:2.0', 'simple-2.0'],
  ['org.oasis-open.tosca.simple:2.0', 'simple-2.0'],
  ['org.oasis-open.simple', 'simple-2.0'],
  ['org.oasis-open.simple:1.0', 'simple-1.0'],
  ['org.oasis-open.simple:1.1', 'simple-1.1'],
  ['org.oasis-open.simple:1.2', 'simple-1.2'],
  ['org.oasis-open.simple:1.3', 'simple-1.3'],
  /** As AriaTosca calls it. */
  ['aria-1.0', 'simple-1.0'],
  ['org.oasis-open.non-normative:1.3', 'nonnormative-1.2'],
  ['clocker.docker:1.3', 'nonnormative-1.2'],
  ['clocker.docker:2.0', 'docker-2.0'],
  ['clocker.docker', 'docker-2.0'],
]);

export const profileNames: readonly string[] = [...byName.keys()];

/** Profiles that speak of the types of others, when they are imported by name. */
export const builtOn: Readonly<Record<string, readonly string[]>> = {
  'docker-2.0': ['simple-2.0'],
  'nonnormative-1.0': ['simple-1.0'],
  'nonnormative-1.2': ['simple-1.3'],
};

/** File in tosca/, without its ending. */
export const bundledProfile = (name: string): string | undefined => byName.get(name);

export const profileFile = (name: string): string => `tosca/${name}.yaml`;
