/** What is wrong with a deployment before an engine is asked: everything the application itself gets wrong. Pure. */
import type { Problem } from '../diagnostic/problem.ts';
import { desiredContainer } from './container/desired.ts';
import type { Desired, WantedContainer } from './container/desired.ts';
import { fixedPort, overlaps } from './container/ports.ts';
import { dependenciesOf } from './dependencies.ts';
import type { Deployment } from './deployment.ts';
import { deployProblem } from './problems.ts';
import type { SensorReference } from './resolve/resolve.ts';

export type Drafted = {
  readonly problems: readonly Problem[];
  /** Those that are known already; others wait for what a container will tell. */
  readonly containers: readonly WantedContainer[];
  /** By instance id: what a container waits for that is not known yet. */
  readonly waiting: ReadonlyMap<string, readonly SensorReference[]>;
};

export function draftContainers(deployment: Deployment, sensor: Parameters<typeof desiredContainer>[2]): Drafted {
  const instances = [...deployment.instances.values()].filter(({ kind }) => kind === 'container');
  const drafts = instances.map((instance): readonly [string, Desired] => [
    instance.id,
    desiredContainer(deployment, instance, sensor),
  ]);
  const containers = drafts.flatMap(([, desired]) => (desired.kind === 'container' ? desired.value : []));
  const waiting = drafts.flatMap(([id, desired]) => (desired.kind === 'waits' ? [[id, desired.for] as const] : []));
  const problems = [
    ...drafts.flatMap(([, desired]) => (desired.kind === 'waits' ? [] : desired.problems)),
    ...instances.flatMap((instance) => dependenciesOf(deployment, instance).problems),
    ...sameNames(containers),
    ...samePorts(containers),
  ];
  return { problems: oncePerGroup(problems), containers, waiting: new Map(waiting) };
}

/** Members of a cluster are all alike, and so are their problems. */
function oncePerGroup(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, message }) => {
    const key = `${code} ${message.replace(/^(\S+)\.\d+(:| )/, '$1$2')}`;
    return !seen.has(key) && seen.add(key);
  });
}

function sameNames(containers: readonly WantedContainer[]): readonly Problem[] {
  const first = new Map<string, string>();
  return containers.flatMap(({ name, instance }) => {
    const other = first.get(name);
    first.set(name, other ?? instance.id);
    return other === undefined
      ? []
      : [deployProblem('deploy-name', instance.id, `Its container would be called ${name}, as that of ${other}.`)];
  });
}

type Holder = { readonly address: string; readonly instance: string };

function samePorts(containers: readonly WantedContainer[]): readonly Problem[] {
  const holders = new Map<string, Holder[]>();
  return containers.flatMap(({ instance, published }) =>
    published.flatMap((binding) => {
      const port = fixedPort(binding);
      if (port === undefined) return [];
      const key = `${port}/${binding.protocol}`;
      const known = holders.get(key) ?? [];
      const other = known.find(({ address }) => overlaps(address, binding.address));
      holders.set(key, [...known, { address: binding.address, instance: instance.id }]);
      if (other === undefined) return [];
      const hint =
        instance.number === undefined
          ? 'Publish another port, or give each an address of its own.'
          : 'Members of a cluster share no host port: publish a range (8080-8089), or let the engine choose.';
      return [
        deployProblem(
          'deploy-port',
          instance.id,
          `It publishes port ${key} of the host, as ${other.instance} does.`,
          hint,
        ),
      ];
    }),
  );
}
