/** What a container tells, as sensors of its entity: names the original Clocker had, and Brooklyn's `service.*`. */
import type { EngineContainer } from '../host/docker.ts';
import { readySensor } from '../model/latches.ts';
import type { Value, ValueMap } from '../model/value.ts';

export type Sensors = ReadonlyMap<string, Value>;

/** Brooklyn's Lifecycle. */
export type ServiceState = 'created' | 'starting' | 'running' | 'stopping' | 'stopped' | 'destroyed' | 'on-fire';

/** Why it is not up, in words; undefined when it is. */
export function notUpReason(container: EngineContainer | undefined): string | undefined {
  if (container === undefined) return 'There is no container.';
  const { state, health, exitCode } = container;
  if (container.outOfMemory && state !== 'running')
    return 'It was killed because it needed more memory than it may use.';
  if (state === 'restarting')
    return `It ended with exit code ${exitCode} and is started again (${container.restarts} times so far).`;
  if (state === 'created')
    return container.error === '' ? 'It has not been started.' : `It could not be started: ${container.error}`;
  if (state === 'paused') return 'It is paused.';
  if (state !== 'running') return container.error === '' ? `It ended with exit code ${exitCode}.` : container.error;
  if (health === 'starting') return 'Its health check has not passed yet.';
  if (health === 'unhealthy')
    return `Its health check fails${container.healthOutput === undefined ? '' : `: ${container.healthOutput}`}.`;
  return undefined;
}

export function serviceState(container: EngineContainer | undefined): ServiceState {
  if (container === undefined) return 'destroyed';
  const { state, health, exitCode, error } = container;
  if (state === 'running') return health === 'starting' ? 'starting' : health === 'unhealthy' ? 'on-fire' : 'running';
  if (state === 'created') return error === '' ? 'created' : 'on-fire';
  if (state === 'restarting' || state === 'dead') return 'on-fire';
  // 137 and 143: it was told to end, by KILL or TERM.
  return state === 'exited' && ![0, 137, 143].includes(exitCode) ? 'on-fire' : 'stopped';
}

export type SensorContext = {
  /** How this host is reached from outside, for the addresses of published ports. */
  readonly host: string;
  /** Its work ends; when it has ended well, nothing is wrong with it. */
  readonly isJob: boolean;
};

export function sensorsOf(container: EngineContainer | undefined, { host, isJob }: SensorContext): Sensors {
  const isDone = isJob && container?.state === 'exited' && container.exitCode === 0;
  const reason = isDone ? undefined : notUpReason(container);
  const common: [string, Value][] = [
    ['service.state', serviceState(container)],
    ['service.isUp', reason === undefined],
    ['service.notUp.indicators', new Map(reason === undefined ? [] : [['docker.container', reason]])],
    [readySensor.running, container?.running ?? false],
    [readySensor.healthy, container?.running === true && container.health === 'healthy'],
    [readySensor.completed, container?.state === 'exited' && container.exitCode === 0],
  ];
  if (container === undefined) return new Map(common);
  return new Map([...common, ...identityOf(container), ...addressesOf(container), ...portsOf(container, host)]);
}

function identityOf(container: EngineContainer): readonly [string, Value][] {
  return [
    ['docker.container.id', container.id],
    ['docker.container.name', container.name],
    ['docker.image.id', container.imageId],
    ['docker.container.exitCode', container.exitCode],
    ['docker.container.restarts', container.restarts],
    ['docker.container.paused', container.state === 'paused'],
    ...(container.health === undefined ? [] : [['docker.container.health', container.health] as [string, Value]]),
    ['host.name', container.hostname],
  ];
}

function addressesOf(container: EngineContainer): readonly [string, Value][] {
  const known = container.attachments.filter(({ ipv4, ipv6 }) => ipv4 !== '' || ipv6 !== '');
  const [first] = known;
  const addresses: ValueMap = new Map(known.map(({ network, ipv4, ipv6 }) => [network, ipv4 === '' ? ipv6 : ipv4]));
  const attached: [string, Value] = ['sdn.networks.attached', container.attachments.map(({ network }) => network)];
  if (first === undefined) return [attached];
  const address = first.ipv4 === '' ? first.ipv6 : first.ipv4;
  return [
    attached,
    ['docker.container.addresses', addresses],
    ['host.address', address],
    ['host.subnet.address', address],
    ['host.subnet.hostname', `${container.name}.${first.network}`],
  ];
}

const anyAddress = new Set(['', '0.0.0.0', '::']);

function portsOf(container: EngineContainer, host: string): readonly [string, Value][] {
  const bindings = new Map<string, Value>();
  const each = container.ports.flatMap(({ address, hostPort, containerPort, protocol }): [string, Value][] => {
    const at = anyAddress.has(address) ? host : address;
    const shown = at.includes(':') ? `[${at}]` : at;
    bindings.set(`${hostPort}${protocol === 'tcp' ? '' : `/${protocol}`}`, containerPort);
    return [
      [`docker.port.${containerPort}`, hostPort],
      [`mapped.docker.port.${containerPort}`, `${shown}:${hostPort}`],
    ];
  });
  const web = container.ports.find(({ protocol }) => protocol === 'tcp');
  if (web === undefined) return each;
  const at = anyAddress.has(web.address) ? host : web.address;
  const uri = `http://${at.includes(':') ? `[${at}]` : at}:${web.hostPort}/`;
  return [...each, ['docker.container.portBindings', bindings], ['main.uri', uri]];
}
