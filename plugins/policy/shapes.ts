/**
 * Calico's policy resources as they are stored and applied (api/pkg/apis/projectcalico/v3). What somebody else has stored
 * may hold keys of a newer version; what a person applies may not.
 */
import {
  boolean,
  dictionary,
  integer,
  list,
  nullable,
  number,
  optional,
  record,
  text,
  word,
  type Shape,
  type TypeOf,
} from '../../src/shape/index.ts';
import { longestSelector } from './selector/parse.ts';

const mostRules = 4096;
const mostItems = 16_384;

/** A number or a text; Go's numorstring. */
const numberOrText: Shape<number | string> = {
  schema: { type: ['integer', 'string'] },
  test: (value, at, issues): value is number | string => {
    const isGood = Number.isSafeInteger(value) || (typeof value === 'string' && value.length <= 256);
    if (!isGood) issues.push({ at, message: 'must be a number or a name' });
    return isGood;
  },
};

const some = <T>(shape: Shape<T>) => optional(nullable(shape));
const short = text({ longest: 1024 });
const selector = text({ longest: longestSelector });
export const labelsShape = dictionary(text({ longest: 65_536 }), 4096);

type UnknownKeys = 'refused' | 'ignored';
type Keys = { readonly unknownKeys: UnknownKeys };

const metadata = (keys: Keys) =>
  record(
    {
      name: text({ longest: 512, shortest: 1, pattern: /[a-z0-9]([a-z0-9.-]*[a-z0-9])?/, what: 'a lower-case name' }),
      namespace: some(text({ longest: 63, pattern: /([a-z0-9]([a-z0-9-]*[a-z0-9])?)?/, what: 'a namespace' })),
      uid: some(short),
      // A YAML reader may have made a date of it.
      creationTimestamp: some(short),
      resourceVersion: some(short),
      generation: some(integer()),
      labels: some(labelsShape),
      annotations: some(labelsShape),
    },
    keys,
  );

const serviceAccounts = (keys: Keys) => record({ names: some(list(short, 1024)), selector: some(selector) }, keys);

const entity = (keys: Keys) =>
  record(
    {
      nets: some(list(short, mostItems)),
      notNets: some(list(short, mostItems)),
      selector: some(selector),
      notSelector: some(selector),
      namespaceSelector: some(selector),
      ports: some(list(numberOrText, 1024)),
      notPorts: some(list(numberOrText, 1024)),
      serviceAccounts: some(serviceAccounts(keys)),
      services: some(record({ name: some(short), namespace: some(short) }, keys)),
    },
    keys,
  );

const icmp = (keys: Keys) =>
  record({ type: some(integer({ least: 0, most: 254 })), code: some(integer({ least: 0, most: 255 })) }, keys);

const rule = (keys: Keys) =>
  record(
    {
      action: word(['Allow', 'Deny', 'Pass', 'Log']),
      ipVersion: some(integer({ least: 4, most: 6 })),
      protocol: some(numberOrText),
      notProtocol: some(numberOrText),
      icmp: some(icmp(keys)),
      notICMP: some(icmp(keys)),
      source: some(entity(keys)),
      destination: some(entity(keys)),
      http: some(record({ methods: some(list(short, 64)), paths: some(list(labelsShape, 1024)) }, keys)),
      metadata: some(record({ annotations: some(labelsShape) }, keys)),
    },
    keys,
  );

const rules = (keys: Keys) => some(list(rule(keys), mostRules));

const policySpec = (keys: Keys) =>
  record(
    {
      tier: some(text({ longest: 253 })),
      order: some(number()),
      selector: some(selector),
      serviceAccountSelector: some(selector),
      namespaceSelector: some(selector),
      types: some(list(word(['Ingress', 'Egress']), 2)),
      ingress: rules(keys),
      egress: rules(keys),
      preDNAT: some(boolean()),
      doNotTrack: some(boolean()),
      applyOnForward: some(boolean()),
      performanceHints: some(list(short, 16)),
    },
    keys,
  );

const profileSpec = (keys: Keys) =>
  record({ ingress: rules(keys), egress: rules(keys), labelsToApply: some(labelsShape) }, keys);

const setSpec = (keys: Keys) => record({ nets: some(list(short, 1_000_000)) }, keys);

const portsSpec = (keys: Keys) =>
  some(
    list(
      record(
        {
          name: short,
          protocol: numberOrText,
          port: integer({ least: 0, most: 65_535 }),
          hostPort: some(integer()),
          hostIP: some(short),
        },
        keys,
      ),
      4096,
    ),
  );

const hostEndpointSpec = (keys: Keys) =>
  record(
    {
      node: some(short),
      interfaceName: some(text({ longest: 15, pattern: /[A-Za-z0-9_.:*-]*/, what: 'an interface name' })),
      expectedIPs: some(list(short, 1024)),
      profiles: some(list(short, 1024)),
      ports: portsSpec(keys),
    },
    keys,
  );

const workloadSpec = (keys: Keys) =>
  record(
    {
      orchestrator: some(short),
      node: some(short),
      endpoint: some(short),
      ipNetworks: some(list(short, 64)),
      profiles: some(list(short, 1024)),
      interfaceName: some(short),
      ports: portsSpec(keys),
    },
    keys,
  );

const tierSpec = (keys: Keys) => record({ order: some(number()), defaultAction: some(word(['Deny', 'Pass'])) }, keys);

const resource = <K extends string, S>(kind: K, spec: Shape<S>, keys: Keys) =>
  record(
    {
      kind: word([kind]),
      apiVersion: word(['projectcalico.org/v3']),
      metadata: metadata(keys),
      spec: optional(spec),
      status: some(record({}, { unknownKeys: 'ignored' })),
    },
    keys,
  );

const shapesWith = (unknownKeys: UnknownKeys) => {
  const keys: Keys = { unknownKeys };
  return {
    NetworkPolicy: resource('NetworkPolicy', policySpec(keys), keys),
    GlobalNetworkPolicy: resource('GlobalNetworkPolicy', policySpec(keys), keys),
    Profile: resource('Profile', profileSpec(keys), keys),
    NetworkSet: resource('NetworkSet', setSpec(keys), keys),
    GlobalNetworkSet: resource('GlobalNetworkSet', setSpec(keys), keys),
    HostEndpoint: resource('HostEndpoint', hostEndpointSpec(keys), keys),
    Tier: resource('Tier', tierSpec(keys), keys),
    WorkloadEndpoint: resource('WorkloadEndpoint', workloadSpec(keys), keys),
  } as const;
};

export const storedShapes = shapesWith('ignored');
const { WorkloadEndpoint: _written, ...applied } = shapesWith('refused');
/** What a person may apply; endpoints of containers are written by those who make them. */
export const appliedShapes = applied;

export type Shapes = typeof storedShapes;
export type Kind = keyof Shapes;
export type ResourceOf<K extends Kind> = TypeOf<Shapes[K]>;
export type RuleResource = TypeOf<ReturnType<typeof rule>>;
export type EntityResource = TypeOf<ReturnType<typeof entity>>;
export type PolicySpec = TypeOf<ReturnType<typeof policySpec>>;
export type PortResource = NonNullable<NonNullable<ResourceOf<'WorkloadEndpoint'>['spec']>['ports']>[number];

export type AppliedKind = keyof typeof appliedShapes;
export type AppliedResource = { [K in AppliedKind]: ResourceOf<K> }[AppliedKind];
export const isAppliedKind = (text: string): text is AppliedKind => Object.hasOwn(appliedShapes, text);
export const appliedKinds: readonly AppliedKind[] = Object.keys(appliedShapes).filter(isAppliedKind);
