/** What is sent over the REST API, as shapes: the type, the check and the schema in one. */
import { anything, boolean, dictionary, integer, list, number, optional, record, text, word } from '../shape/index.ts';
import type { TypeOf } from '../shape/index.ts';

/** What we send: a newer daemon may say more. */
const sent = (about: string) => ({ unknownKeys: 'ignored', about }) as const;
/** What we are sent: what we do not know is a mistake. */
const received = (about: string) => ({ unknownKeys: 'refused', about }) as const;

const most = 1_000_000;
const words = (about?: string) => text({ longest: 16 * 1024 * 1024, ...(about === undefined ? {} : { about }) });

export const applicationNameText = text({
  longest: 63,
  pattern: /[a-z0-9][a-z0-9_-]*/,
  what: 'a name of lower-case letters, digits, - and _',
  about: 'Name of an application, unique on the installation.',
});

const place = record(
  { file: words(), line: integer(), column: integer(), endLine: integer(), endColumn: integer() },
  sent('A place in a document.'),
);

export const problemShape = record(
  {
    code: words('Stable; explained in docs/problems.md.'),
    severity: word(['error', 'warning', 'info']),
    message: words(),
    at: optional(place),
    hint: optional(words('What to do about it.')),
    spec: optional(words()),
    related: optional(list(record({ message: words(), at: place }, sent('Another place that matters.')), most)),
  },
  sent('Something that is wrong with a document.'),
);

export const errorShape = record(
  {
    error: record(
      {
        code: words('Stable.'),
        message: words(),
        hint: optional(words('What to do about it.')),
        problems: optional(list(problemShape, most)),
      },
      sent('What went wrong.'),
    ),
  },
  sent('Every answer with a status of 400 or more.'),
);

export const materialsShape = record(
  {
    environment: optional(dictionary(words(), 10_000, 'Variables of whoever deploys.')),
    variables: optional(
      dictionary(dictionary(words(), 10_000), 1000, 'Files of variables that were read, by path as written.'),
    ),
    files: optional(dictionary(words(), 1000, 'Content of secrets and configs in Base64, by path as written.')),
    contexts: optional(dictionary(words(), 1000, 'Digests of uploaded build contexts.')),
  },
  received('What the application refers to and does not hold.'),
);

export const deployShape = record(
  {
    name: optional(applicationNameText),
    text: words('A blueprint, a compose file or a TOSCA template.'),
    language: optional(word(['blueprint', 'compose', 'tosca'], 'Found out from the text unless given.')),
    materials: optional(materialsShape),
  },
  received('An application to deploy.'),
);

export const invocationShape = record(
  { desiredSize: optional(integer({ least: 0, most: 5000, about: 'Of resize: how many members it is to have.' })) },
  received('Parameters of an effector.'),
);

export const changeShape = record(
  {
    action: word(['create', 'replace', 'remove', 'build', 'pull', 'start', 'stop']),
    kind: word(['network', 'volume', 'image', 'container']),
    name: words(),
    entity: optional(words()),
    because: optional(words()),
  },
  sent('One step.'),
);

export const planShape = record(
  {
    name: words(),
    changes: list(changeShape, most),
    kept: optional(list(words(), most, 'Containers that are left alone.')),
    problems: list(problemShape, most),
  },
  sent('What deploying would change.'),
);

export const taskShape = record(
  {
    id: words(),
    kind: word(['deploy', 'start', 'stop', 'restart', 'resize', 'remove']),
    application: words(),
    state: word(['running', 'done', 'failed', 'cancelled']),
    startedAt: words(),
    endedAt: optional(words()),
    failure: optional(record({ code: words(), message: words(), hint: optional(words()) }, sent('Why it failed.'))),
  },
  sent('Something the daemon does.'),
);

export const orderedShape = record(
  { application: words(), task: words('Id of the task that carries it out.'), problems: list(problemShape, most) },
  sent('An order that was taken.'),
);

export const taskEventShape = record(
  {
    kind: word(['planned', 'started', 'done', 'failed', 'waiting', 'output', 'warning']),
    changes: optional(list(changeShape, most)),
    change: optional(changeShape),
    message: optional(words()),
    entity: optional(words()),
    for: optional(words()),
    sensor: optional(words()),
    about: optional(words()),
    line: optional(words()),
  },
  sent('What a task tells.'),
);

export const entityShape = record(
  {
    id: words('Unique within the application.'),
    planId: words(),
    name: words(),
    kind: words(),
    type: words(),
    parent: optional(words()),
    node: words('The host it is on.'),
    state: words('Brooklyn’s service.state.'),
    isUp: boolean(),
    reasons: list(words(), most, 'Why it is not up.'),
    container: optional(words()),
    addresses: dictionary(words(), most, 'By network.'),
    ports: list(words(), most, '`0.0.0.0:8080->80/tcp`'),
    uri: optional(words()),
  },
  sent('An entity as it was last seen.'),
);

export const applicationShape = record(
  {
    name: words(),
    phase: words('What was last ordered, and how far it is.'),
    message: optional(words('Why that failed.')),
    state: words(),
    isUp: boolean(),
    node: words(),
    entities: integer(),
    createdAt: words(),
    updatedAt: words(),
  },
  sent('An application.'),
);

export const applicationDetailShape = record(
  {
    application: applicationShape,
    entities: list(entityShape, most),
    outputs: optional(dictionary(anything(), most, 'What it tells of itself, as far as it is known now.')),
  },
  sent('An application with all its entities.'),
);

export const sensorsShape = dictionary(anything(), most, 'Sensors by name.');

export const networkShape = record(
  {
    id: words(),
    name: optional(words('Unknown until the engine has told it.')),
    subnets: list(words(), most),
    internal: boolean(),
    portMode: words(),
    endpoints: integer(),
    options: dictionary(words(), most),
    labels: dictionary(words(), most),
    createdBy: words(),
    createdAt: words(),
    swarm: optional(boolean('Made in one step for a swarm.')),
  },
  sent('A network of Clocker’s.'),
);

export const endpointShape = record(
  {
    id: words(),
    network: words(),
    node: words(),
    container: optional(words()),
    addresses: list(words(), most),
    mac: words(),
    interface: words(),
    state: words(),
  },
  sent('An attachment of a container to a network.'),
);

export const networkDetailShape = record(
  { network: networkShape, endpoints: list(endpointShape, most) },
  sent('A network and what is on it.'),
);

export const newNetworkShape = record(
  {
    name: text({
      longest: 128,
      pattern: /[a-zA-Z0-9][a-zA-Z0-9_.-]*/,
      what: 'a name of letters, digits, - _ and .',
    }),
    subnets: optional(list(text({ longest: 100 }), 2)),
    ranges: optional(list(text({ longest: 100 }), 2)),
    gateways: optional(list(text({ longest: 100 }), 2)),
    internal: optional(boolean()),
    ipv6: optional(boolean()),
    swarm: optional(boolean('For services, on every node of the swarm; asked of a manager.')),
    options: optional(dictionary(text({ longest: 1000 }), 100)),
    labels: optional(dictionary(text({ longest: 10_000 }), 1000)),
  },
  received('A network to make.'),
);

export const poolShape = record(
  {
    cidr: words(),
    network: optional(words()),
    blocks: integer(),
    allocated: integer(),
    capacity: words('Addresses the pool has; a text, for IPv6 it may be beyond what a number holds.'),
    nodes: list(words(), most),
    parts: optional(
      list(
        record(
          { cidr: words(), node: optional(words('The host that takes addresses of it.')), allocated: integer() },
          sent('A block.'),
        ),
        most,
        'Its blocks.',
      ),
    ),
  },
  sent('A pool of addresses.'),
);

export const ipamProblemShape = record({ kind: words(), subject: words(), message: words() }, sent('A disagreement.'));

export const ipamCheckShape = record(
  { blocks: integer(), allocated: integer(), endpoints: integer(), problems: list(ipamProblemShape, most) },
  sent('Whether blocks, handles and endpoints agree.'),
);

export const releaseShape = record(
  { address: text({ longest: 100 }), force: optional(boolean('Even though an endpoint has it.')) },
  received('An address to free.'),
);

export const nodeShape = record(
  {
    name: words(),
    addresses: list(words('By which the other hosts reach it.'), 2),
    isSelf: boolean(),
    isUp: boolean('Whether its daemon runs. Traffic of its containers goes on without.'),
    upSince: optional(words('ISO 8601.')),
    path: optional(words('How the host that answers sends to it in networks of the mode auto, and why.')),
    endpoints: integer(),
    blocks: list(words(), most),
  },
  sent('A host.'),
);

export const policyShape = record(
  {
    kind: words(),
    name: words('Without the tier in front when that is the default one.'),
    namespace: optional(words()),
    tier: words(),
    order: optional(number({ about: 'Absent: last.' })),
    selector: words(),
    types: list(word(['ingress', 'egress']), 2),
    ingress: integer({ about: 'Number of rules.' }),
    egress: integer({ about: 'Number of rules.' }),
    isUsable: boolean('False: it can’t be read, and has no effect.'),
  },
  sent('A policy, in the order in which they are asked.'),
);

export const policyResourcesShape = record(
  { resources: list(anything('A resource of Calico’s, of apiVersion projectcalico.org/v3.'), 10_000) },
  received('Resources to store, as calicoctl apply takes them.'),
);

export const policyChangeShape = record(
  { kind: words(), name: words(), change: word(['created', 'changed', 'unchanged']) },
  sent('What became of a resource.'),
);

export const policyQuestionShape = record(
  {
    from: text({ longest: 512, shortest: 1, about: 'Container, network/container, endpoint or address.' }),
    to: text({ longest: 512, shortest: 1, about: 'Container, network/container, endpoint or address.' }),
    protocol: text({ longest: 16, shortest: 1, about: 'TCP, UDP, SCTP, ICMP, ICMPv6 or a number.' }),
    port: optional(integer({ least: 0, most: 65_535 })),
    sourcePort: optional(integer({ least: 0, most: 65_535 })),
    icmpType: optional(integer({ least: 0, most: 255 })),
    icmpCode: optional(integer({ least: 0, most: 255 })),
  },
  received('A packet.'),
);

const rulingShape = record(
  { verdict: word(['allow', 'deny']), by: words('Which rule decided, in words.') },
  sent('What one end says.'),
);

export const policyAnswerShape = record(
  {
    verdict: word(['allow', 'deny']),
    by: words('Which rule decided, in words.'),
    policy: optional(words('Name of the policy that decided.')),
    rule: optional(integer({ about: 'Which of its rules, counted from 1.' })),
    direction: optional(word(['ingress', 'egress'])),
    from: words(),
    to: words(),
    egress: rulingShape,
    ingress: optional(rulingShape),
    logged: list(words(), most),
  },
  sent('What becomes of a packet.'),
);

export const versionShape = record(
  {
    version: words(),
    node: words(),
    store: record({ kind: words(), reachable: boolean() }, sent('The store.')),
    engine: record({ host: words(), reachable: boolean(), version: optional(words()) }, sent('The engine.')),
    plugin: words('Socket that Docker calls.'),
  },
  sent('The daemon.'),
);

export const logLineShape = record(
  { entity: words(), stream: word(['stdout', 'stderr']), line: words() },
  sent('A line that a container printed.'),
);

export const storeEventShape = record(
  {
    kind: word(['application', 'entity', 'network', 'endpoint', 'notice']),
    change: word(['put', 'removed']),
    name: words('Of an application or network; of an entity `application/id`; of a notice `host/kind/subject`.'),
    message: optional(words('What a notice says.')),
  },
  sent('Something changed: look again.'),
);

export const noticeShape = record(
  {
    kind: words(),
    node: words('The host that tells.'),
    subject: words('What it is about.'),
    message: words(),
    hint: optional(words('What to do.')),
    at: words('ISO 8601.'),
  },
  sent('What a daemon found that people should know of.'),
);

export type Problem = TypeOf<typeof problemShape>;
export type ChangeLine = TypeOf<typeof changeShape>;
export type TaskView = TypeOf<typeof taskShape>;
export type TaskEventView = TypeOf<typeof taskEventShape>;
export type EntityView = TypeOf<typeof entityShape>;
export type ApplicationView = TypeOf<typeof applicationShape>;
export type NetworkView = TypeOf<typeof networkShape>;
export type EndpointView = TypeOf<typeof endpointShape>;
export type NodeView = TypeOf<typeof nodeShape>;
export type PoolView = TypeOf<typeof poolShape>;
export type PolicyView = TypeOf<typeof policyShape>;
export type PolicyAnswer = TypeOf<typeof policyAnswerShape>;
export type DeployBody = TypeOf<typeof deployShape>;
export type MaterialsBody = TypeOf<typeof materialsShape>;
export type ErrorBody = TypeOf<typeof errorShape>;
