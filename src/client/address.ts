/** Where the daemon listens: `unix:///run/clocker/clocker.sock`, a path, or `https://host:7070` (http for loopback). */
import { Fault } from '../diagnostic/fault.ts';

export const defaultDaemon = 'unix:///run/clocker/clocker.sock';

export type DaemonAddress = {
  readonly secure: boolean;
  readonly options: { readonly socketPath: string } | { readonly host: string; readonly port: number };
};

const standardPort = 7070;

/** Throws `request-invalid`. */
export function parseDaemonAddress(text: string): DaemonAddress {
  if (text.startsWith('/')) return { secure: false, options: { socketPath: text } };
  const path = /^unix:\/\/(\/.+)$/.exec(text)?.[1];
  if (path !== undefined) return { secure: false, options: { socketPath: path } };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw new Fault('request-invalid', `"${text}" is not the address of a Clocker daemon.`, {
      hint: `Write ${defaultDaemon} or https://host:${standardPort}.`,
    });
  const port = url.port === '' ? standardPort : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:' && !isLoopback(host))
    throw new Fault('request-invalid', `${text} would send orders and the token across the network in the clear.`, {
      hint: `Write https://${url.hostname}:${port}; http is for this machine only.`,
    });
  return { secure: url.protocol === 'https:', options: { host, port } };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(?:\.\d+){3}$/.test(host);
