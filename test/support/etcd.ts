/** Real etcds on loopback ports, in temporary directories, gone with their test. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Member = {
  readonly name: string;
  readonly client: string;
  readonly pid: number;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** As it was, from what is on its disk. */
  start(): Promise<void>;
};

export type Cluster = {
  readonly members: readonly Member[];
  readonly endpoints: readonly string[];
  readonly peerUrls: readonly string[];
  readonly directory: string;
  /** etcdctl against all members; answers what it says. */
  ctl(...args: string[]): Promise<string>;
  leader(): Promise<Member>;
  /** Until the cluster takes writes. */
  healthy(): Promise<void>;
  stop(): Promise<void>;
};

export type ClusterOptions = { readonly size: number; readonly tls?: Certificates; readonly args?: readonly string[] };

export type Certificates = {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly clientCert: string;
  readonly clientKey: string;
};

/** Ports nobody uses now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
}

/** Why etcd can't be run here, or undefined. */
export async function whyNoEtcd(): Promise<string | undefined> {
  for (const command of ['etcd', 'etcdctl']) {
    try {
      await run(command, [command === 'etcd' ? '--version' : 'version'], { env: { ...process.env, ETCDCTL_API: '3' } });
    } catch {
      return `${command} is not installed (apt-get install etcd-server etcd-client)`;
    }
  }
  return undefined;
}

const until = async (what: string, holds: () => Promise<boolean>, seconds = 30): Promise<void> => {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It took more than ${seconds} s until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

async function isStopped(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(
    threads.map(
      async (thread) => (await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')).replace(/^.*\) /s, '')[0],
    ),
  );
  return states.every((state) => state === 'T');
}

function openMember(name: string, args: readonly string[], client: string): Member & { ended(): Promise<void> } {
  let child: ChildProcess | undefined;
  let closed: Promise<unknown> = Promise.resolve();
  const member = {
    name,
    client,
    get pid() {
      return child?.pid ?? 0;
    },
    start: async () => {
      // It must not outlive the tests, however they end.
      const started = spawn('setpriv', ['--pdeathsig', 'KILL', 'etcd', ...args], { stdio: 'ignore' });
      child = started;
      closed = new Promise((resolve) => started.once('close', resolve));
    },
    kill: async (signal: NodeJS.Signals) => {
      child?.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await closed;
      // Threads stop one after the other; until the last one has, it may still answer.
      if (signal === 'SIGSTOP') await until(`${name} stood still`, () => isStopped(member.pid));
    },
    ended: async () => {
      child?.kill('SIGCONT');
      child?.kill('SIGKILL');
      await closed;
    },
  };
  return member;
}

export async function startCluster({ size, tls, args = [] }: ClusterOptions): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'clocker-etcd-'));
  const ports = await freePorts(size * 2);
  const scheme = tls === undefined ? 'http' : 'https';
  const names = Array.from({ length: size }, (_, index) => `m${index}`);
  const peerUrl = (index: number): string => `http://127.0.0.1:${ports[size + index]}`;
  const initial = names.map((name, index) => `${name}=${peerUrl(index)}`).join(',');
  const members = names.map((name, index) => {
    const clientUrl = `${scheme}://127.0.0.1:${ports[index]}`;
    const tlsArgs =
      tls === undefined
        ? []
        : ['--cert-file', tls.cert, '--key-file', tls.key, '--trusted-ca-file', tls.ca, '--client-cert-auth'];
    return openMember(
      name,
      [
        ...['--name', name, '--data-dir', join(directory, name)],
        ...['--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl],
        ...['--listen-peer-urls', peerUrl(index), '--initial-advertise-peer-urls', peerUrl(index)],
        ...['--initial-cluster', initial, '--initial-cluster-token', directory, '--initial-cluster-state', 'new'],
        ...['--log-level', 'error'],
        ...tlsArgs,
        ...args,
      ],
      `127.0.0.1:${ports[index]}`,
    );
  });
  const endpoints = members.map(({ client }) => client);
  const ctl = async (...command: string[]): Promise<string> => {
    const tlsArgs = tls === undefined ? [] : ['--cacert', tls.ca, '--cert', tls.clientCert, '--key', tls.clientKey];
    const { stdout } = await run(
      'etcdctl',
      ['--endpoints', endpoints.map((each) => `${scheme}://${each}`).join(','), ...tlsArgs, ...command],
      { env: { ...process.env, ETCDCTL_API: '3' }, timeout: 20_000 },
    );
    return stdout.trim();
  };
  const cluster: Cluster = {
    members,
    endpoints,
    peerUrls: names.map((_name, index) => peerUrl(index)),
    directory,
    ctl,
    leader: async () => {
      let found: Member | undefined;
      await until('the cluster had a leader', async () => {
        // A member that does not answer makes etcdctl fail, though it prints the others.
        const text = await ctl('endpoint', 'status', '--command-timeout=2s', '-w', 'json').catch((error: unknown) =>
          error instanceof Error && 'stdout' in error ? String(error.stdout).trim() : '',
        );
        if (text === '') return false;
        const answer: unknown = JSON.parse(text);
        const rows = answer as { Endpoint: string; Status: { leader: number; header: { member_id: number } } }[];
        const row = rows.find(({ Status }) => Status.leader === Status.header.member_id);
        found = members.find(({ client }) => row?.Endpoint.endsWith(client));
        return found !== undefined;
      });
      if (found === undefined) throw new Error('There is no leader.');
      return found;
    },
    healthy: () =>
      until('etcd took writes', () =>
        ctl('put', '/healthy', 'yes', '--command-timeout=2s').then(
          () => true,
          () => false,
        ),
      ),
    stop: async () => {
      await Promise.all(members.map((member) => member.ended()));
      await rm(directory, { recursive: true, force: true });
    },
  };
  await Promise.all(members.map((member) => member.start()));
  await cluster.healthy().catch(async (error: unknown) => {
    await cluster.stop();
    throw error;
  });
  return cluster;
}

/** A certificate authority with a certificate for an address and one for a client, made by openssl in a directory. */
export async function makeCertificates(directory: string, name: string, address = '127.0.0.1'): Promise<Certificates> {
  const path = (file: string): string => join(directory, `${name}-${file}`);
  const openssl = (...args: string[]) => run('openssl', args, { timeout: 20_000 });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...ec,
    ...['-keyout', path('ca.key'), '-out', path('ca.pem'), '-days', '2', '-subj', `/CN=${name}`],
  );
  const sign = async (who: string, extension: string): Promise<void> => {
    await openssl(
      'req',
      ...ec,
      ...['-keyout', path(`${who}.key`), '-out', path(`${who}.csr`), '-subj', `/CN=${who}`, '-addext', extension],
    );
    await openssl(
      'x509',
      ...['-req', '-in', path(`${who}.csr`), '-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial'],
      ...['-out', path(`${who}.pem`), '-days', '2', '-copy_extensions', 'copy'],
    );
  };
  await sign('server', `subjectAltName=IP:${address}`);
  await sign('client', 'extendedKeyUsage=clientAuth');
  return {
    ca: path('ca.pem'),
    cert: path('server.pem'),
    key: path('server.key'),
    clientCert: path('client.pem'),
    clientKey: path('client.key'),
  };
}
