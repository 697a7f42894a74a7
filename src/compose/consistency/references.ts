/** Names of other entries that a service uses must be there. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { entriesOf, itemsOf, keyOf, textOf } from '../nodes.ts';
import type { ResourceSection } from '../rows/project.ts';
import type { Rule, Whole } from './rule.ts';

const singular: Readonly<Record<ResourceSection, string>> = {
  networks: 'network',
  volumes: 'volume',
  secrets: 'secret',
  configs: 'config',
  models: 'model',
};

function check(section: ResourceSection, used: string, at: Node, whole: Whole): void {
  const known = whole.names[section];
  if (known.has(used)) return;
  const hint = didYouMean(used, known) ?? `Add it to "${section}" of the file.`;
  whole.report('reference-undefined', `There is no ${singular[section]} "${used}".`, at.span, { hint });
}

const keysOf =
  (attribute: string, section: ResourceSection): Rule =>
  (service, _name, whole) => {
    for (const entry of entriesOf(valueOf(service, attribute))) check(section, keyOf(entry), entry.key, whole);
  };

const sourcesOf =
  (find: (service: MapNode) => Node | undefined, section: ResourceSection): Rule =>
  (service, _name, whole) => {
    for (const item of itemsOf(find(service))) {
      const source = valueOf(item, 'source');
      check(section, textOf(source) ?? '', source ?? item, whole);
    }
  };

const volumes: Rule = (service, _name, whole) => {
  for (const item of itemsOf(valueOf(service, 'volumes'))) {
    const source = valueOf(item, 'source');
    const text = textOf(source);
    if (source === undefined || text === undefined || textOf(valueOf(item, 'type')) !== 'volume') continue;
    check('volumes', text, source, whole);
  }
};

const networkMode: Rule = (service, _name, whole) => {
  const mode = valueOf(service, 'network_mode');
  const shared = /^service:(.*)$/s.exec(textOf(mode) ?? '')?.[1];
  if (mode !== undefined && shared !== undefined) checkService(shared, mode, true, whole);
};

const dependencies: Rule = (service, _name, whole) => {
  for (const entry of entriesOf(valueOf(service, 'depends_on'))) {
    const required = valueOf(entry.value, 'required');
    const isRequired = !(required?.kind === 'scalar' && required.value === false);
    checkService(keyOf(entry), entry.key, isRequired, whole);
  }
};

function checkService(used: string, at: Node, isRequired: boolean, { services, inactive, names, report }: Whole): void {
  if (services.has(used)) return;
  const other = inactive.get(used);
  if (other === undefined) {
    if (names.services.has(used)) return;
    const hint = didYouMean(used, names.services);
    report('reference-undefined', `There is no service "${used}".`, at.span, { hint });
    return;
  }
  if (!isRequired) return;
  const profiles = itemsOf(valueOf(other, 'profiles')).map((item) => textOf(item) ?? '');
  const hint = `Activate a profile of it (${profiles.join(', ')}), or say required: false.`;
  report('dependency-inactive', `The service "${used}" is not active.`, at.span, { hint });
}

const buildContexts: Rule = (service, _name, { services, report }) => {
  for (const { value } of entriesOf(valueOf(valueOf(service, 'build'), 'additional_contexts'))) {
    const used = /^service:(.*)$/s.exec(textOf(value) ?? '')?.[1];
    if (used === undefined) continue;
    const other = services.get(used);
    const hint = didYouMean(used, services.keys());
    if (other === undefined) report('build-context-unknown', `There is no service "${used}".`, value.span, { hint });
    else if (valueOf(other, 'build') === undefined)
      report('build-context-unknown', `The service "${used}" is not built.`, value.span);
  }
};

export const referenceRules: readonly Rule[] = [
  buildContexts,
  keysOf('networks', 'networks'),
  dependencies,
  networkMode,
  volumes,
  sourcesOf((service) => valueOf(valueOf(service, 'build'), 'secrets'), 'secrets'),
  sourcesOf((service) => valueOf(service, 'configs'), 'configs'),
  keysOf('models', 'models'),
  sourcesOf((service) => valueOf(service, 'secrets'), 'secrets'),
];
