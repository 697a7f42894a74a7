/** Where the daemon listens: `unix:///run/clocker/clocker.sock`, a path, or `https://host:7070` (http for loopback). */
import { Fault } from '../diagnostic/fault.ts';

export const defaultDaemon = 'unix:///run/clocker/clocker.sock';

export type DaemonAddress = {
  readonly secure: boolean;
  readonly options: { readonly socketPath: string } | { readonly host: string; readonly port: number };
};

const standardPort = 7070;

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
  return { secure: url.protocol === 'https:', options: { host: url.hostname.replace(/^\[|\]$/g, ''), port } };
}
