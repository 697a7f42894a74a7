/** An engine without a kernel: as much of Docker's behaviour as deploying relies on, in memory, to be printed as text. */
import { setImmediate } from 'node:timers/promises';
import { Fault } from '../../src/diagnostic/fault.ts';
import type { PlaneEngine } from '../../src/daemon/application-plane.ts';
import type { EngineContainer, EngineEvent, EngineImage, EngineNetwork, EngineVolume } from '../../src/host/docker.ts';

type Body = Readonly<Record<string, unknown>>;
type Container = EngineContainer & { readonly body: Body; readonly order: number };

export type MemoryEngine = PlaneEngine & {
  /** Everything there is, one a line, without ids. */
  print(): string;
  /** What was asked of it that changes something, in order: `create container shop-web-1`. */
  readonly calls: readonly string[];
  addImage(reference: string): void;
  /** The body a container was made with. */
  body(name: string): Body;
  /** Changes a container behind Clocker's back, and tells of it. */
  change(name: string, change: Partial<EngineContainer>): void;
  /** As the engine restarts a container by its policy: nobody asked for it. */
  restart(name: string): void;
  /** What commands print, by their last word. */
  readonly prints: Map<string, string>;
  /** Names whose next start ends at once with this exit code. */
  readonly ends: Map<string, number>;
  /** Names whose health check never passes. */
  readonly ailing: Set<string>;
  /** Calls (`start container shop-web-1`) that are refused once, with why. */
  readonly refusals: Map<string, string>;
  /** Calls that wait until they are let go. */
  readonly held: Map<string, Promise<void>>;
  isDown: boolean;
};

const record = (value: unknown): Body => (typeof value === 'object' && value !== null ? { ...value } : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(record(value)).map(([key, text]) => [key, String(text)]));

export function createMemoryEngine(): MemoryEngine {
  const networks = new Map<string, EngineNetwork>();
  const volumes = new Map<string, EngineVolume>();
  const containers = new Map<string, Container>();
  const images = new Map<string, EngineImage>();
  const calls: string[] = [];
  const listeners = new Set<(event: EngineEvent) => void>();
  const [ends, ailing, refusals] = [new Map<string, number>(), new Set<string>(), new Map<string, string>()];
  const held = new Map<string, Promise<void>>();
  const prints = new Map<string, string>();
  let number = 0;
  let runs = 0;
  const newId = (): string => (++number).toString(16).padStart(64, '0');
  let isDown = false;

  const requireUp = async (): Promise<void> => {
    await setImmediate();
    if (isDown) throw new Fault('docker-unreachable', 'The engine is away.', { transient: true });
  };
  const note = async (call: string): Promise<void> => {
    await requireUp();
    await held.get(call);
    const why = refusals.get(call);
    refusals.delete(call);
    if (why !== undefined) throw new Fault('docker-refused', `Docker refused ${call}: ${why}`);
    calls.push(call);
  };
  const tell = (action: string, id: string): void => {
    for (const listener of listeners) listener({ type: 'container', action, id, attributes: {} });
  };
  const find = (name: string): Container | undefined =>
    containers.get(name) ?? [...containers.values()].find((one) => one.name === name);
  const require = (name: string): Container => {
    const found = find(name);
    if (found === undefined) throw new Fault('docker-refused', `No such container: ${name}`);
    return found;
  };
  const update = (container: Container, change: Partial<Container>): void => {
    containers.set(container.id, { ...container, ...change });
  };
  const findNetwork = (name: string): EngineNetwork | undefined =>
    networks.get(name) ?? [...networks.values()].find((one) => one.name === name);
  const attach = (network: string, endpoint: unknown): EngineContainer['attachments'][number] => ({
    network,
    networkId: findNetwork(network)?.id ?? '',
    endpoint: newId(),
    ipv4: text(record(record(endpoint)['IPAMConfig'])['IPv4Address']),
    ipv6: '',
    mac: '',
    aliases: Array.isArray(record(endpoint)['Aliases']) ? (record(endpoint)['Aliases'] as string[]) : [],
  });

  return {
    host: 'unix:///memory',
    calls,
    ends,
    ailing,
    refusals,
    held,
    prints,
    get isDown() {
      return isDown;
    },
    set isDown(down: boolean) {
      isDown = down;
    },
    print: () =>
      [
        ...[...networks.values()].map(({ name, driver }) => `network ${name} ${driver}`),
        ...[...volumes.values()].map(({ name }) => `volume ${name}`),
        ...[...images.keys()].map((name) => `image ${name}`),
        ...[...containers.values()].map(
          ({ name, state, attachments }) =>
            `container ${name} ${state} ${attachments.map(({ network }) => network).join(',')}`,
        ),
      ]
        .sort()
        .join('\n'),
    addImage: (reference) => {
      images.set(reference, image(reference, {}));
    },
    body: (name) => require(name).body,
    change: (name, change) => {
      const container = require(name);
      update(container, change);
      tell('update', container.id);
    },
    restart: (name) => {
      const container = require(name);
      tell('die', container.id);
      update(container, { startedAt: `run ${++runs}`, restarts: container.restarts + 1 });
      tell('start', container.id);
    },
    version: async () => {
      await requireUp();
      return { version: '20.10.24', apiVersion: '1.41', kernel: '6' };
    },
    apiVersion: async () => {
      await requireUp();
      return '1.41';
    },
    networks: async () => {
      await requireUp();
      return [...networks.values()];
    },
    network: async (name) => {
      await requireUp();
      const found = findNetwork(name);
      if (found === undefined) return undefined;
      const on = [...containers.values()].filter(
        ({ running, attachments }) => running && attachments.some(({ network }) => network === found.name),
      );
      return {
        ...found,
        containers: Object.fromEntries(on.map((one) => [one.id, { name: one.name, endpoint: '', ipv4: '' }])),
      };
    },
    createNetwork: async (body) => {
      const name = String(body['Name']);
      await note(`create network ${name}`);
      if (findNetwork(name) !== undefined)
        throw new Fault('docker-refused', `network with name ${name} already exists`);
      const id = newId();
      networks.set(id, {
        id,
        name,
        driver: String(body['Driver']),
        scope: 'local',
        internal: body['Internal'] === true,
        ipv6: body['EnableIPv6'] === true,
        attachable: false,
        labels: texts(body['Labels']),
        options: texts(body['Options']),
        ipamDriver: String(record(body['IPAM'])['Driver']),
        ipamOptions: {},
        pools: [],
        containers: {},
      });
      return id;
    },
    removeNetwork: async (name) => {
      const found = findNetwork(name);
      await note(`remove network ${found?.name ?? name}`);
      if (found !== undefined) networks.delete(found.id);
    },
    connectNetwork: async (network, name, endpoint) => {
      const container = require(name);
      await note(`connect ${container.name} to ${network}`);
      update(require(name), { attachments: [...container.attachments, attach(network, endpoint)] });
    },
    volumes: async () => {
      await requireUp();
      return [...volumes.values()];
    },
    createVolume: async (body) => {
      const name = String(body['Name']);
      await note(`create volume ${name}`);
      volumes.set(name, { name, driver: 'local', labels: texts(body['Labels']), options: {} });
    },
    removeVolume: async (name) => {
      await note(`remove volume ${name}`);
      volumes.delete(name);
    },
    containers: async (labels = []) => {
      await requireUp();
      return [...containers.values()]
        .filter((one) => labels.every((label) => Object.hasOwn(one.labels, label)))
        .map((one) => ({ ...one, image: '', status: '' }));
    },
    container: async (name) => {
      await requireUp();
      return find(name);
    },
    createContainer: async (name, _platform, body) => {
      await note(`create container ${name}`);
      if (find(name) !== undefined) throw new Fault('docker-refused', `The container name ${name} is already in use`);
      const id = newId();
      const host = record(body['HostConfig']);
      const ports = Object.entries(record(host['PortBindings'])).flatMap(([port, bindings]) =>
        (Array.isArray(bindings) ? bindings : []).map((binding: unknown) => ({
          address: text(record(binding)['HostIp']),
          hostPort: Number(record(binding)['HostPort']),
          containerPort: Number.parseInt(port, 10),
          protocol: port.split('/')[1] ?? 'tcp',
        })),
      );
      const endpoints = Object.entries(record(record(body['NetworkingConfig'])['EndpointsConfig']));
      containers.set(id, {
        id,
        name,
        order: number,
        imageId: String(body['Image']),
        labels: texts(body['Labels']),
        state: 'created',
        running: false,
        exitCode: 0,
        error: '',
        outOfMemory: false,
        nameservers: [],
        startedAt: '',
        restarts: 0,
        tty: false,
        hostname: id.slice(-12),
        attachments: endpoints.map(([network, endpoint]) => attach(network, endpoint)),
        ports,
        body,
      });
      return id;
    },
    startContainer: async (name) => {
      const container = require(name);
      await note(`start container ${container.name}`);
      const exitCode = ends.get(container.name);
      const isChecked = Object.hasOwn(container.body, 'Healthcheck');
      const health = ailing.has(container.name) ? 'unhealthy' : 'healthy';
      if (exitCode === undefined)
        update(require(name), {
          state: 'running',
          running: true,
          startedAt: `run ${++runs}`,
          ...(isChecked ? { health } : {}),
        });
      else update(require(name), { state: 'exited', running: false, exitCode });
      tell('start', container.id);
    },
    stopContainer: async (name) => {
      const container = find(name);
      if (container === undefined) return;
      await note(`stop container ${container.name}`);
      if (container.running) update(container, { state: 'exited', running: false, exitCode: 0 });
      tell('die', container.id);
    },
    removeContainer: async (name) => {
      const container = find(name);
      if (container === undefined) return;
      await note(`remove container ${container.name}`);
      containers.delete(container.id);
      tell('destroy', container.id);
    },
    renameContainer: async (name, to) => {
      const container = require(name);
      await note(`rename container ${container.name} to ${to}`);
      update(require(name), { name: to });
    },
    putArchive: async (name, _folder, tar) => {
      await note(`put files into ${require(name).name}`);
      for await (const _chunk of tar);
    },
    image: async (name) => {
      await requireUp();
      return images.get(name);
    },
    removeImage: async (name) => {
      await note(`remove image ${name}`);
      images.delete(name);
    },
    tagImage: async (name, repository, tag) => {
      await note(`tag image ${name} as ${repository}:${tag}`);
      const found = images.get(name);
      if (found !== undefined) images.set(`${repository}:${tag}`, found);
    },
    pullImage: async (name, _platform, line) => {
      await note(`pull image ${name}`);
      line('Pulling');
      images.set(name, image(name, {}));
    },
    buildImage: async (query, context, line) => {
      const { t = '', labels = '{}' } = query;
      for await (const _chunk of context);
      await note(`build image ${t}`);
      line('Step 1/1 : FROM scratch');
      images.set(t, image(`${t} ${labels}`, texts(JSON.parse(labels))));
    },
    exec: async (name, { command }) => {
      await note(`run ${command.join(' ')} in ${require(name).name}`);
      return { exitCode: 0, output: prints.get(command.at(-1) ?? '') ?? '' };
    },
    async *logs(name, _tty, { signal }) {
      await requireUp();
      signal.throwIfAborted();
      yield { stream: 'stdout', bytes: Buffer.from(`said by ${require(name).name}\n`) };
    },
    async *events({ signal }) {
      const queue: EngineEvent[] = [];
      let wake = (): void => undefined;
      const listener = (event: EngineEvent): void => {
        queue.push(event);
        wake();
      };
      listeners.add(listener);
      signal.addEventListener('abort', () => wake(), { once: true });
      yield { kind: 'connected' };
      while (!signal.aborted) {
        for (let event = queue.shift(); event !== undefined; event = queue.shift()) yield { kind: 'event', event };
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted || queue.length > 0) resolve();
        });
      }
      listeners.delete(listener);
    },
  };
}

const image = (content: string, labels: Readonly<Record<string, string>>): EngineImage => ({
  id: `sha256:${Buffer.from(content).toString('hex')}`,
  labels,
  exposed: [],
  hasHealthcheck: false,
  tagged: 0,
  tags: [],
});
