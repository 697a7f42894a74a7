/** The client of the daemon that commands use. */
export { defaultDaemon } from './address.ts';
export { openClient, type Client, type ClientOptions } from './client.ts';
export { packContext, type ContextFolder, type PackedContext } from './context/pack.ts';
export { DocumentRejected, faultOf } from './failure.ts';
