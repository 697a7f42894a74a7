/** A container as an engine tells of it: `docker ps`, and in full `docker inspect`. */
import { boolean, dictionary, integer, list, nullable, optional, record, text } from '../../shape/index.ts';
import type { TypeOf } from '../../shape/index.ts';
import { engineText, lenient, mostThings } from './answers.ts';
import type { Labels } from './answers.ts';

export type ContainerSummary = {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly labels: Labels;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`. */
  readonly state: string;
  /** `Up 3 minutes (healthy)`. */
  readonly status: string;
  readonly ports: readonly PublishedPort[];
};

/** A port published on the host. */
export type PublishedPort = {
  readonly address: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
};

export type ContainerHealth = 'starting' | 'healthy' | 'unhealthy';

export type Attachment = {
  readonly network: string;
  readonly networkId: string;
  readonly endpoint: string;
  /** '' where it has none. */
  readonly ipv4: string;
  readonly ipv6: string;
  readonly mac: string;
  /** Names it has there besides the container's own. */
  readonly aliases: readonly string[];
};

export type EngineContainer = {
  readonly id: string;
  readonly name: string;
  readonly imageId: string;
  readonly labels: Labels;
  readonly state: string;
  readonly running: boolean;
  readonly exitCode: number;
  /** Why it could not be started; '' when nothing is known. */
  readonly error: string;
  readonly outOfMemory: boolean;
  readonly startedAt: string;
  readonly restarts: number;
  /** Absent without a health check. */
  readonly health?: ContainerHealth;
  /** What the last run of the health check printed. */
  readonly healthOutput?: string;
  readonly tty: boolean;
  readonly hostname: string;
  /** `--dns`. */
  readonly nameservers: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly ports: readonly PublishedPort[];
};

const text1 = text(engineText);
const labels = optional(nullable(dictionary(text1, mostThings)));

export const summaryShape = record(
  {
    Id: text1,
    Names: optional(nullable(list(text1, mostThings))),
    Image: optional(text1),
    ImageID: optional(text1),
    Labels: labels,
    State: optional(text1),
    Status: optional(text1),
    Ports: optional(
      nullable(
        list(
          record(
            { IP: optional(text1), PrivatePort: integer(), PublicPort: optional(integer()), Type: optional(text1) },
            lenient,
          ),
          mostThings,
        ),
      ),
    ),
  },
  lenient,
);

/** A container has one name of its own; others, with a second slash, are links. */
const ownName = (names: readonly string[]): string =>
  (names.find((name) => name.lastIndexOf('/') === 0) ?? names[0] ?? '').replace(/^\//, '');

export const summaryOf = (raw: TypeOf<typeof summaryShape>): ContainerSummary => ({
  id: raw.Id,
  name: ownName(raw.Names ?? []),
  image: raw.Image ?? '',
  imageId: raw.ImageID ?? '',
  labels: raw.Labels ?? {},
  state: raw.State ?? '',
  status: raw.Status ?? '',
  ports: (raw.Ports ?? []).flatMap(({ IP = '', PrivatePort, PublicPort = 0, Type = 'tcp' }) =>
    PublicPort === 0 ? [] : [{ address: IP, hostPort: PublicPort, containerPort: PrivatePort, protocol: Type }],
  ),
});

const binding = record({ HostIp: optional(text1), HostPort: optional(text1) }, lenient);

export const containerShape = record(
  {
    Id: text1,
    Name: text1,
    Image: optional(text1),
    RestartCount: optional(integer()),
    State: record(
      {
        Status: optional(text1),
        Running: optional(boolean()),
        OOMKilled: optional(boolean()),
        ExitCode: optional(integer()),
        Error: optional(text1),
        StartedAt: optional(text1),
        Health: optional(
          nullable(
            record(
              {
                Status: optional(text1),
                Log: optional(nullable(list(record({ Output: optional(text1) }, lenient), mostThings))),
              },
              lenient,
            ),
          ),
        ),
      },
      lenient,
    ),
    HostConfig: optional(nullable(record({ Dns: optional(nullable(list(text1, mostThings))) }, lenient))),
    Config: record({ Labels: labels, Tty: optional(boolean()), Hostname: optional(text1) }, lenient),
    NetworkSettings: optional(
      nullable(
        record(
          {
            Networks: optional(
              nullable(
                dictionary(
                  record(
                    {
                      NetworkID: optional(text1),
                      EndpointID: optional(text1),
                      IPAddress: optional(text1),
                      GlobalIPv6Address: optional(text1),
                      MacAddress: optional(text1),
                      Aliases: optional(nullable(list(text1, mostThings))),
                    },
                    lenient,
                  ),
                  mostThings,
                ),
              ),
            ),
            Ports: optional(nullable(dictionary(nullable(list(binding, mostThings)), mostThings))),
          },
          lenient,
        ),
      ),
    ),
  },
  lenient,
);

type Raw = TypeOf<typeof containerShape>;

const healths: ReadonlyMap<string | undefined, ContainerHealth> = new Map([
  ['starting', 'starting'],
  ['healthy', 'healthy'],
  ['unhealthy', 'unhealthy'],
]);

function healthOf(raw: Raw): Pick<EngineContainer, 'health' | 'healthOutput'> {
  const health = healths.get(raw.State.Health?.Status);
  const output = raw.State.Health?.Log?.at(-1)?.Output?.trim();
  return {
    ...(health === undefined ? {} : { health }),
    ...(output === undefined || output === '' ? {} : { healthOutput: output }),
  };
}

const portsOf = (raw: Raw): readonly PublishedPort[] =>
  Object.entries(raw.NetworkSettings?.Ports ?? {}).flatMap(([port, bindings]) => {
    const [containerPort = '', protocol = 'tcp'] = port.split('/');
    return (bindings ?? []).map(({ HostIp = '', HostPort = '' }) => ({
      address: HostIp,
      hostPort: Number(HostPort),
      containerPort: Number(containerPort),
      protocol,
    }));
  });

const attachmentsOf = (raw: Raw): readonly Attachment[] =>
  Object.entries(raw.NetworkSettings?.Networks ?? {}).map(([network, endpoint]) => ({
    network,
    networkId: endpoint.NetworkID ?? '',
    endpoint: endpoint.EndpointID ?? '',
    ipv4: endpoint.IPAddress ?? '',
    ipv6: endpoint.GlobalIPv6Address ?? '',
    mac: endpoint.MacAddress ?? '',
    aliases: endpoint.Aliases ?? [],
  }));

export const containerOf = (raw: Raw): EngineContainer => ({
  id: raw.Id,
  name: raw.Name.replace(/^\//, ''),
  imageId: raw.Image ?? '',
  labels: raw.Config.Labels ?? {},
  state: raw.State.Status ?? '',
  running: raw.State.Running ?? false,
  exitCode: raw.State.ExitCode ?? 0,
  error: raw.State.Error ?? '',
  outOfMemory: raw.State.OOMKilled ?? false,
  startedAt: raw.State.StartedAt ?? '',
  restarts: raw.RestartCount ?? 0,
  ...healthOf(raw),
  tty: raw.Config.Tty ?? false,
  hostname: raw.Config.Hostname ?? '',
  nameservers: raw.HostConfig?.Dns ?? [],
  attachments: attachmentsOf(raw),
  ports: portsOf(raw),
});
