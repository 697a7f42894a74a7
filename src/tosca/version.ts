/** The five versions of TOSCA, and the dialects that only look like one. */
export const versions = ['1.0', '1.1', '1.2', '1.3', '2.0'] as const;
export type Version = (typeof versions)[number];

/** Value of `tosca_definitions_version` -> version. The URL is 1.0's own other spelling (1.0 §3.1.2). */
const versionNames: ReadonlyMap<string, Version> = new Map<string, Version>([
  ['tosca_simple_yaml_1_0', '1.0'],
  ['tosca_simple_yaml_1_0_0', '1.0'],
  ['http://docs.oasis-open.org/tosca/ns/simple/yaml/1.0', '1.0'],
  ['tosca_simple_yaml_1_1', '1.1'],
  ['tosca_simple_yaml_1_1_0', '1.1'],
  ['http://docs.oasis-open.org/tosca/ns/simple/yaml/1.1', '1.1'],
  ['tosca_simple_yaml_1_2', '1.2'],
  ['tosca_simple_yaml_1_2_0', '1.2'],
  ['http://docs.oasis-open.org/tosca/ns/simple/yaml/1.2', '1.2'],
  ['tosca_simple_yaml_1_3', '1.3'],
  ['tosca_simple_yaml_1_3_0', '1.3'],
  ['http://docs.oasis-open.org/tosca/ns/simple/yaml/1.3', '1.3'],
  ['tosca_2_0', '2.0'],
]);

/** Languages that grew from TOSCA: known by name, so that the message can say what the file is. */
const dialects: readonly { readonly name: RegExp; readonly is: string; readonly hint: string }[] = [
  {
    name: /^tosca_simple_yaml_1_0_0_wd\d+$/,
    is: 'a working draft of TOSCA 1.0, from before the standard',
    hint: 'Write tosca_simple_yaml_1_0, list requirements with dashes, and use the names of the normative types.',
  },
  {
    name: /^alien_dsl_/,
    is: 'the dialect of Alien4Cloud',
    hint: 'Export the topology as TOSCA 1.3 from Alien4Cloud, or write tosca_simple_yaml_1_3 and run validate again.',
  },
  {
    name: /^cloudify_dsl_/,
    is: 'the dialect of Cloudify',
    hint: 'Cloudify blueprints use their own types and plug-ins: rewrite node_templates below topology_template.',
  },
  {
    name: /^tosca_simple_profile_for_(nfv|mec)_/,
    is: 'a profile of ETSI, for network functions',
    hint: 'Write tosca_simple_yaml_1_3 and import the ETSI type definitions as a file.',
  },
  {
    name: /^tosca_simple_unfurl_/,
    is: 'the dialect of Unfurl',
    hint: 'Export it from Unfurl as TOSCA 1.3.',
  },
  {
    name: /^tosca_variability_/,
    is: 'Variability4TOSCA, a template of templates',
    hint: 'Resolve its variability first; the result is TOSCA 1.3.',
  },
];

export type VersionReading =
  | { readonly kind: 'version'; readonly version: Version }
  | { readonly kind: 'dialect'; readonly is: string; readonly hint: string }
  | { readonly kind: 'unknown' };

export function readVersion(name: string): VersionReading {
  const version = versionNames.get(name);
  if (version !== undefined) return { kind: 'version', version };
  const dialect = dialects.find((candidate) => candidate.name.test(name));
  return dialect === undefined ? { kind: 'unknown' } : { kind: 'dialect', is: dialect.is, hint: dialect.hint };
}

/** The names we propose: one per version. */
export const canonicalVersionNames: Readonly<Record<Version, string>> = {
  '1.0': 'tosca_simple_yaml_1_0',
  '1.1': 'tosca_simple_yaml_1_1',
  '1.2': 'tosca_simple_yaml_1_2',
  '1.3': 'tosca_simple_yaml_1_3',
  '2.0': 'tosca_2_0',
};

const rank: Readonly<Record<Version, number>> = { '1.0': 0, '1.1': 1, '1.2': 2, '1.3': 3, '2.0': 4 };

export const isAtLeast = (version: Version, least: Version): boolean => rank[version] >= rank[least];
