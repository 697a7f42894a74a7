/** What the attributes of one service say together. */
import type { MapNode, Node } from '../../document/node.ts';
import { entryOf, valueOf } from '../../document/node.ts';
import { entriesOf, itemsOf, textOf } from '../nodes.ts';
import type { Rule, Whole } from './rule.ts';

const image: Rule = (service, name, { damaged, emptyImages, report }, key) => {
  const isMade = ['build', 'image', 'provider'].some((attribute) => valueOf(service, attribute) !== undefined);
  if (isMade || damaged.has(name)) return;
  const empty = emptyImages.get(name);
  if (empty === undefined) report('service-image', `"${name}" has neither an image nor a build.`, key.span);
  else report('service-image', `The image of "${name}" is empty, and it has no build.`, empty.span);
};

const exclusive =
  (outer: (service: MapNode) => Node | undefined, first: string, second: string): Rule =>
  (service, _name, { report }) => {
    const map = outer(service);
    if (map?.kind !== 'map') return;
    const one = entryOf(map, first);
    const other = entryOf(map, second);
    if (one === undefined || other === undefined) return;
    const related = [{ message: `${first} is here.`, at: one.key.span }];
    report('attributes-exclusive', `${first} and ${second} exclude each other.`, other.key.span, { related });
  };

const networkMode: Rule = (service, name, whole, key) => {
  if (entriesOf(valueOf(service, 'networks')).length > 0)
    exclusive((one) => one, 'network_mode', 'networks')(service, name, whole, key);
};

const platform: Rule = (service, _name, { report }) => {
  const wanted = valueOf(service, 'platform');
  const built = itemsOf(valueOf(valueOf(service, 'build'), 'platforms')).map(textOf);
  const text = textOf(wanted);
  if (wanted === undefined || text === undefined || built.length === 0 || built.includes(text)) return;
  report('platform-unbuilt', `It is not built for ${text}.`, wanted.span, {
    hint: `build.platforms has ${built.join(', ')}.`,
  });
};

const healthcheck: Rule = (service, _name, { report }) => {
  const [first] = itemsOf(valueOf(valueOf(service, 'healthcheck'), 'test'));
  if (first === undefined || ['CMD', 'CMD-SHELL', 'NONE'].includes(textOf(first) ?? '')) return;
  report('condition-test', `A test begins with CMD, CMD-SHELL or NONE, not "${textOf(first) ?? ''}".`, first.span);
};

const at = (service: MapNode, ...path: readonly string[]): Node | undefined =>
  path.reduce<Node | undefined>((node, key) => valueOf(node, key), service);

const scalarText = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' ? String(node.value) : undefined;

/** `besides`: the part without which the other attribute says nothing yet. */
const sameValue =
  (attribute: string, path: readonly string[], besides: readonly string[], nothing: string): Rule =>
  (service, _name, { report }) => {
    const own = valueOf(service, attribute);
    const other = at(service, ...path);
    const text = scalarText(own);
    if (own === undefined || text === undefined || at(service, ...besides) === undefined) return;
    if ((scalarText(other) ?? nothing) === text) return;
    const message = `${attribute} and ${path.join('.')} have different values.`;
    const related = other === undefined ? undefined : [{ message: 'The other one is here.', at: other.span }];
    report('value-conflict', message, own.span, { related });
  };

const limits = ['deploy', 'resources', 'limits'];
const reservations = ['deploy', 'resources', 'reservations'];

const notNegative =
  (...path: readonly string[]): Rule =>
  (service, _name, { report }) => {
    const node = at(service, ...path);
    if (node?.kind === 'scalar' && Number(node.value) < 0)
      report('value-range', `${path.join('.')} must be 0 or more.`, node.span);
  };

const scaled: Rule = (service, _name, { report }) => {
  const name = valueOf(service, 'container_name');
  const scale = valueOf(service, 'scale') ?? at(service, 'deploy', 'replicas');
  if (name === undefined || scale?.kind !== 'scalar' || !(Number(scale.value) > 1)) return;
  const related = [{ message: 'The name is here.', at: name.span }];
  report('container-name-scaled', `${String(scale.value)} containers can’t have one name.`, scale.span, { related });
};

const watch: Rule = (service, _name, { report }) => {
  for (const item of itemsOf(at(service, 'develop', 'watch'))) {
    const action = valueOf(item, 'action');
    if (action === undefined || ['rebuild', 'restart'].includes(textOf(action) ?? '')) continue;
    if (valueOf(item, 'target') === undefined)
      report('watch-target', `The action ${textOf(action) ?? ''} needs a target.`, action.span);
  }
};

const mounts: Rule = (service, _name, { report }) => {
  const seen = new Map<string, Node>();
  const check = (target: string, node: Node): void => {
    const first = seen.get(target);
    if (first === undefined) seen.set(target, node);
    else {
      const related = [{ message: 'The other one is here.', at: first.span }];
      report('mount-twice', `Something is mounted at ${target} already.`, node.span, { related });
    }
  };
  for (const item of itemsOf(valueOf(service, 'tmpfs'))) check((textOf(item) ?? '').split(':')[0] ?? '', item);
  for (const item of itemsOf(valueOf(service, 'volumes'))) check(textOf(valueOf(item, 'target')) ?? '', item);
};

export const attributeRules: readonly Rule[] = [
  image,
  exclusive((service) => valueOf(service, 'build'), 'dockerfile', 'dockerfile_inline'),
  platform,
  networkMode,
  healthcheck,
  sameValue('scale', ['deploy', 'replicas'], ['deploy', 'replicas'], ''),
  notNegative('scale'),
  notNegative('deploy', 'replicas'),
  sameValue('cpus', [...limits, 'cpus'], limits, '0'),
  sameValue('mem_limit', [...limits, 'memory'], limits, '0'),
  sameValue('mem_reservation', [...reservations, 'memory'], reservations, '0'),
  sameValue('pids_limit', [...limits, 'pids'], limits, '0'),
  scaled,
  watch,
  mounts,
];

/** Container names are unique on an engine. */
export function checkContainerNames({ services, report }: Whole): void {
  const seen = new Map<string, Node>();
  for (const service of services.values()) {
    const name = valueOf(service, 'container_name');
    const text = textOf(name);
    if (name === undefined || text === undefined) continue;
    const first = seen.get(text);
    if (first === undefined) seen.set(text, name);
    else {
      const related = [{ message: 'It is here too.', at: first.span }];
      report('container-name-twice', `Another service has the container name "${text}".`, name.span, { related });
    }
  }
}
