/** Where an engine listens: `unix:///var/run/docker.sock`, `tcp://host:2375`, or `https://host:2376` with certificates. */
import type { RequestOptions } from 'node:https';
import { Fault } from '../../diagnostic/fault.ts';

export type EngineTls = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };

export type EngineAddress = {
  readonly secure: boolean;
  readonly options: Pick<RequestOptions, 'socketPath' | 'host' | 'port' | 'ca' | 'cert' | 'key'>;
};

export const defaultEngine = 'unix:///var/run/docker.sock';

const wrong = (host: string): Fault =>
  new Fault('request-invalid', `"${host}" is not the address of a Docker Engine.`, {
    hint: 'Write unix:///var/run/docker.sock, tcp://host:2375 or, with certificates, tcp://host:2376.',
  });

export function parseEngineAddress(host: string, tls: EngineTls | undefined): EngineAddress {
  if (host.startsWith('/')) return { secure: false, options: { socketPath: host } };
  const unix = /^unix:\/\/(\/.+)$/.exec(host)?.[1];
  if (unix !== undefined) return { secure: false, options: { socketPath: unix } };
  if (!URL.canParse(host)) throw wrong(host);
  const url = new URL(host);
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') throw wrong(host);
  const secure = url.protocol === 'https:' || tls !== undefined;
  const port = url.port === '' ? (secure ? 2376 : 2375) : Number(url.port);
  return { secure, options: { host: url.hostname.replace(/^\[|\]$/g, ''), port, ...tls } };
}
