/** The client of the daemon that commands use. */
export { defaultDaemon } from './address.ts';
export { openClient, type Client, type ClientOptions } from './client.ts';
export { DocumentRejected, faultOf } from './failure.ts';
