/** All of an application that is known before anything runs. */
import type { Checked, Problem } from '../diagnostic/problem.ts';
import type { Application } from '../model/entity.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { joinsApplicationNetwork, networkIds } from './container/attachments.ts';
import { expandApplication } from './expand.ts';
import { inheritedValue } from './instance.ts';
import type { Instance, Instances } from './instance.ts';
import { jobsIn } from './jobs.ts';
import type { Materials } from './materials.ts';
import { desiredNetwork, implicitNetwork } from './network.ts';
import type { WantedNetwork } from './network.ts';
import { deployProblem } from './problems.ts';
import type { Complain } from './problems.ts';
import { desiredVolume } from './volume.ts';
import type { WantedVolume } from './volume.ts';
import { hostSoftware } from './software.ts';

/** What must be known of the engine to write for it. */
export type EngineTraits = {
  readonly apiVersion: string;
  /** Path of its own socket, for containers that ask for it. */
  readonly socket?: string;
};

export type Deployment = {
  readonly application: string;
  /** The application's own config, inherited by all. */
  readonly root: ValueMap;
  readonly instances: Instances;
  /** Instance ids of containers whose work ends. */
  readonly jobs: ReadonlySet<string>;
  readonly networks: readonly WantedNetwork[];
  readonly volumes: readonly WantedVolume[];
  readonly materials: Materials;
  readonly engine: EngineTraits;
};

export type DeploymentOptions = {
  /** Its name, by which it is known on the host. */
  readonly name: string;
  readonly materials: Materials;
  readonly engine: EngineTraits;
  /** Sizes of clusters that were resized since, by instance id. */
  readonly sizes?: ReadonlyMap<string, number>;
};

export function desiredDeployment(application: Application, options: DeploymentOptions): Checked<Deployment> {
  const { instances, problems } = expandApplication(hostSoftware(application), options.sizes);
  const found: Problem[] = [...problems];
  const of = (kind: Instance['kind']): readonly Instance[] =>
    [...instances.values()].filter((instance) => instance.kind === kind);
  const complainAt =
    (where: string): Complain =>
    (code, message, hint) => {
      found.push(deployProblem(code, where, message, hint));
    };
  const declared = of('network').map((each) => desiredNetwork(options.name, each, complainAt(each.id)));
  const volumes = of('volume').map((each) => desiredVolume(options.name, each, complainAt(each.id)));
  const { root } = { root: application.config };
  const networks = [...declared, ...implicitNetworks(options.name, root, instances, declared)];
  found.push(...sameNames(networks, 'networks'), ...sameNames(volumes, 'volumes'));
  const { materials, engine } = options;
  const jobs = jobsIn(instances);
  const value = { application: options.name, root, instances, jobs, networks, volumes, materials, engine };
  return { value, problems: found };
}

/** Keys a container has from what it is in, where it says nothing itself. */
const inherited = [
  'network.list',
  'network.attachments',
  'sdn.applicationNetwork.create',
  'docker.container.networkMode',
] as const;

/** A container's own config, with what it inherits. */
export function effectiveConfig(instances: Instances, root: ValueMap, instance: Instance): ValueMap {
  const config = new Map(instance.config);
  for (const key of inherited) {
    const value: Value | undefined = inheritedValue(instances, root, instance, key);
    if (value !== undefined) config.set(key, value);
  }
  return config;
}

/** By network id, or by the plan id of the entity that declares it. */
export const networkNamed = (networks: readonly WantedNetwork[], id: string): WantedNetwork | undefined =>
  networks.find(({ name }) => name === id) ?? networks.find((network) => network.id === id);

function implicitNetworks(
  application: string,
  root: ValueMap,
  instances: Instances,
  declared: readonly WantedNetwork[],
): readonly WantedNetwork[] {
  const named = new Set<string>();
  let joinsOwn = false;
  for (const instance of instances.values()) {
    if (instance.kind !== 'container') continue;
    const config = effectiveConfig(instances, root, instance);
    if (config.has('docker.container.networkMode')) continue;
    for (const id of networkIds(config) ?? []) named.add(id);
    joinsOwn ||= joinsApplicationNetwork(config);
  }
  const missing = [...named].filter((id) => networkNamed(declared, id) === undefined);
  if (joinsOwn && networkNamed(declared, application) === undefined) missing.push(application);
  return [...new Set(missing)].map((id) => implicitNetwork(application, id, id));
}

function sameNames(
  things: readonly { readonly id: string; readonly name: string }[],
  what: string,
): readonly Problem[] {
  const first = new Map<string, string>();
  return things.flatMap(({ id, name }) => {
    const other = first.get(name);
    first.set(name, other ?? id);
    return other === undefined
      ? []
      : [deployProblem('deploy-name', id, `Two ${what} are called "${name}": this and ${other}.`)];
  });
}
