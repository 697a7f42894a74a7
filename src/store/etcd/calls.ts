/** The calls of etcd that we make: where they go, and what an answer's bytes say. */
import { decodeDone, decodeLease, decodeRange, decodeToken, decodeTransaction, decodeWatch } from './messages.ts';

export type Method<T> = { readonly path: string; readonly decode: (answer: Buffer) => T };

export const calls = {
  range: { path: '/etcdserverpb.KV/Range', decode: decodeRange },
  transaction: { path: '/etcdserverpb.KV/Txn', decode: decodeTransaction },
  compact: { path: '/etcdserverpb.KV/Compact', decode: decodeDone },
  leaseGrant: { path: '/etcdserverpb.Lease/LeaseGrant', decode: decodeLease },
  leaseRevoke: { path: '/etcdserverpb.Lease/LeaseRevoke', decode: decodeDone },
  leaseKeepAlive: { path: '/etcdserverpb.Lease/LeaseKeepAlive', decode: decodeLease },
  watch: { path: '/etcdserverpb.Watch/Watch', decode: decodeWatch },
  authenticate: { path: '/etcdserverpb.Auth/Authenticate', decode: decodeToken },
} as const satisfies Readonly<Record<string, Method<unknown>>>;
