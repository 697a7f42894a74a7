/** One member of the cluster: its channel, and the calls on it. */
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import {
  Client,
  type connectivityState,
  credentials,
  Metadata,
  type ChannelCredentials,
  type ChannelOptions,
  type ClientDuplexStream,
  type ServiceError,
} from '@grpc/grpc-js';
import type { Method } from './calls.ts';

export type Tls = {
  /** PEM. Without one, the authorities that Node knows. */
  readonly ca?: Buffer;
  /** PEM, both or none. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
};

export type Endpoint = {
  /** `host:port`. */
  readonly address: string;
  state(): connectivityState;
  connect(): void;
  /** Resolves when the state is another, or at the time of `deadline` (Date.now). */
  changed(deadline: number): Promise<void>;
  unary<T>(method: Method<T>, request: Buffer, deadline: number, token: string | undefined): Promise<T>;
  stream<T>(method: Method<T>, token: string | undefined, deadline?: number): ClientDuplexStream<Buffer, T>;
  close(): void;
};

/**
 * Milliseconds. A connection that fell silent is given up after time + timeout. etcd ends connections that ping more
 * often than every five seconds, or while there is no call.
 */
const keepalive = { time: 6000, timeout: 3000 } as const;

const channelOptions = {
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
  'grpc.keepalive_time_ms': keepalive.time,
  'grpc.keepalive_timeout_ms': keepalive.timeout,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  // A proxy of the environment is for the web; it would carry the store's traffic off the hosts' network.
  'grpc.enable_http_proxy': 0,
  // What may be tried again is decided in connection.ts, and each store has connections of its own.
  'grpc.enable_retries': 0,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.service_config_disable_resolution': 1,
} as const;

/** The host of `host:port`, without brackets. */
const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');

/**
 * A TLS server name must not be an IP address (RFC 6066 §3), and Node warns on stderr where it is. So those get a name
 * that nobody looks at, and the certificate is checked against the address.
 */
function security(address: string, tls: Tls | undefined): { channel: ChannelCredentials; options: ChannelOptions } {
  if (tls === undefined) return { channel: credentials.createInsecure(), options: {} };
  const host = hostOf(address);
  const verify = { checkServerIdentity: (_name: string, cert: PeerCertificate) => checkServerIdentity(host, cert) };
  return {
    channel: credentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null, verify),
    options: isIP(host) === 0 ? {} : { 'grpc.ssl_target_name_override': 'etcd' },
  };
}

const serialize = (request: Buffer): Buffer => request;

/** `hasleader`: a member that is cut off from the others says so at once instead of letting us wait. */
function metadataOf(token: string | undefined): Metadata {
  const metadata = new Metadata();
  metadata.set('hasleader', 'true');
  if (token !== undefined) metadata.set('token', token);
  return metadata;
}

export function openEndpoint(address: string, tls: Tls | undefined): Endpoint {
  const { channel: channelCredentials, options } = security(address, tls);
  const client = new Client(`dns:${address}`, channelCredentials, { ...channelOptions, ...options });
  const channel = client.getChannel();
  return {
    address,
    state: () => channel.getConnectivityState(false),
    connect: () => {
      channel.getConnectivityState(true);
    },
    changed: (deadline) =>
      new Promise((resolve) => {
        channel.watchConnectivityState(channel.getConnectivityState(false), deadline, () => resolve());
      }),
    unary: <T>(method: Method<T>, request: Buffer, deadline: number, token: string | undefined) =>
      new Promise<T>((resolve, reject) => {
        const done = (error: ServiceError | null, answer?: T): void => {
          if (error !== null) reject(error);
          else if (answer === undefined) reject(new Error(`${method.path} was answered with nothing.`));
          else resolve(answer);
        };
        client.makeUnaryRequest(method.path, serialize, method.decode, request, metadataOf(token), { deadline }, done);
      }),
    stream: (method, token, deadline) =>
      client.makeBidiStreamRequest(
        method.path,
        serialize,
        method.decode,
        metadataOf(token),
        deadline === undefined ? {} : { deadline },
      ),
    close: () => client.close(),
  };
}
