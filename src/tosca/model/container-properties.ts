/**
 * Properties that say what a container is in words everybody uses: those of TosKer (`ports`, `env_variable`, `command`,
 * `share_data`) and of MiCADO, which are Compose's own.
 */
import type { Value } from '../../model/value.ts';
import { textOf } from '../../model/read.ts';
import { isList, isMap } from '../../model/value.ts';
import type { Draft } from './draft.ts';
import { extendList, extendMap } from './draft.ts';

type Rule = (draft: Draft, value: Value) => boolean;

const set =
  (key: string): Rule =>
  (draft, value) => {
    draft.config.set(key, value);
    return true;
  };

/** A map, or a list of `NAME=value`. */
const pairs =
  (key: string): Rule =>
  (draft, value) => {
    if (isMap(value)) extendMap(draft, key, textEntries(value));
    else if (isList(value))
      extendMap(
        draft,
        key,
        value.flatMap((item) => (typeof item === 'string' ? [splitPair(item)] : [])),
      );
    else return false;
    return true;
  };

const textEntries = (map: ReadonlyMap<unknown, Value>): readonly (readonly [string, Value])[] =>
  [...map].flatMap(([key, item]) => (typeof key === 'string' ? [[key, item] as const] : []));

function splitPair(text: string): readonly [string, Value] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}

const list =
  (key: string): Rule =>
  (draft, value) => {
    extendList(draft, key, isList(value) ? value : [value]);
    return true;
  };

/** TosKer: container port to host port, a map. Compose: `host:container[/protocol]`, or a container port alone, a list. */
const ports: Rule = (draft, value) => {
  if (isMap(value)) {
    extendMap(
      draft,
      'docker.container.portBindings',
      textEntries(value).map(([inside, outside]) => [textOf(outside) ?? '', portNumber(inside)]),
    );
    return true;
  }
  if (!isList(value)) return false;
  for (const item of value) {
    const text = typeof item === 'string' || typeof item === 'number' ? String(item) : undefined;
    if (text === undefined) {
      extendList(draft, 'docker.container.publishedPorts', [item]);
      continue;
    }
    const [inside, ...outside] = text.split(':').toReversed();
    if (outside.length === 0)
      extendList(draft, 'docker.container.publishedPorts', [
        new Map<string, Value>([['target', portNumber(inside ?? '')]]),
      ]);
    else
      extendMap(draft, 'docker.container.portBindings', [[outside.toReversed().join(':'), portNumber(inside ?? '')]]);
  }
  return true;
};

const portNumber = (text: string): Value => (/^\d+$/.test(text) ? Number(text) : text);

const rules: Readonly<Record<string, Rule>> = {
  ports,
  expose: list('docker.container.openPorts'),
  env_variable: pairs('docker.container.environment'),
  env: pairs('docker.container.environment'),
  environment: pairs('docker.container.environment'),
  labels: pairs('docker.container.labels'),
  command: set('docker.image.commands'),
  args: set('docker.image.commands'),
  entrypoint: set('docker.image.entrypoint'),
  volumes: list('docker.container.volumes'),
  share_data: list('docker.container.volumes'),
  working_dir: set('docker.container.workingDir'),
  user: set('docker.container.user'),
  hostname: set('docker.container.hostname'),
  container_name: set('docker.container.name'),
  privileged: set('docker.container.privileged'),
  cap_add: list('docker.container.capAdd'),
  cap_drop: list('docker.container.capDrop'),
  restart: set('docker.container.restartPolicy'),
  dns: list('docker.container.dns'),
  dns_search: list('docker.container.dnsSearch'),
  extra_hosts: list('docker.container.extraHosts'),
  init: set('docker.container.init'),
  tty: set('docker.container.tty'),
  stdin_open: set('docker.container.interactive'),
  read_only: set('docker.container.readOnly'),
  security_opt: list('docker.container.securityOptions'),
  stop_signal: set('docker.container.stopSignal'),
  stop_grace_period: set('docker.container.stopGracePeriod'),
  sysctls: pairs('docker.container.sysctls'),
  ulimits: pairs('docker.container.ulimits'),
  tmpfs: list('docker.container.tmpfs'),
  healthcheck: set('docker.container.healthcheck'),
  logging: set('docker.container.logging'),
  network_mode: set('docker.container.networkMode'),
  pid: set('docker.container.pid'),
  ipc: set('docker.container.ipc'),
  devices: list('docker.container.devices'),
};

/** True where the property is one of these and its value of the right shape. */
export const composeShaped = (draft: Draft, name: string, value: Value): boolean =>
  Object.hasOwn(rules, name) && value !== null && rules[name]?.(draft, value) === true;
