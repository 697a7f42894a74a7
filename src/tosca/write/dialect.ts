/** What the two versions we write say in different words. */
import type { Value } from '../../model/value.ts';

export type WrittenVersion = '1.3' | '2.0';

export type Dialect = {
  readonly version: WrittenVersion;
  readonly header: string;
  readonly topology: 'topology_template' | 'service_template';
  readonly range: 'occurrences' | 'count_range';
  /** Files and profiles without which the types are unknown. */
  readonly imports: readonly Value[];
  /** A normative type by the short name 2.0 gives it. */
  readonly type: (category: Category, name: string) => string;
  readonly call: (name: string, argument: Value) => Value;
  /** A text that could be taken for a function is written so that it is not. */
  readonly text: (text: string) => string;
  /** The value has to match a regular expression, as a keyname of a definition. */
  readonly pattern: (regex: string) => readonly [string, Value];
};

type Category = 'nodes' | 'capabilities' | 'relationships' | 'artifacts' | 'policies';

/** Types that 1.3 keeps in a namespace of their own. */
const ofNetwork: ReadonlySet<string> = new Set(['Network', 'Port', 'Bindable', 'Linkable', 'BindsTo', 'LinksTo']);

export const dialects: Readonly<Record<WrittenVersion, Dialect>> = {
  '1.3': {
    version: '1.3',
    header: 'tosca_simple_yaml_1_3',
    topology: 'topology_template',
    range: 'occurrences',
    imports: [],
    type: (category, name) => `tosca.${category}.${ofNetwork.has(name) ? 'network.' : ''}${name}`,
    call: (name, argument) => new Map([[name, argument]]),
    text: (text) => text,
    pattern: (regex) => ['constraints', [new Map([['pattern', regex]])]],
  },
  '2.0': {
    version: '2.0',
    header: 'tosca_2_0',
    topology: 'service_template',
    range: 'count_range',
    imports: ['org.oasis-open.simple:2.0', 'clocker.docker:2.0'].map((name) => new Map([['profile', name]])),
    type: (_category, name) => name,
    call: (name, argument) => new Map([[`$${name}`, argument]]),
    text: (text) => (text.startsWith('$') ? `$${text}` : text),
    pattern: (regex) => ['validation', new Map([['$matches', ['$value', regex]]])],
  },
};
