/** HTTP statuses of faults; a code without a row does not compile. */
import type { FaultCode } from '../diagnostic/fault.ts';

export const statusOf = {
  'docker-unreachable': 503,
  'docker-refused': 409,
  'command-failed': 500,
  'command-missing': 500,
  'file-unreadable': 422,
  'file-unwritable': 507,
  'store-unreachable': 503,
  'store-conflict': 409,
  'store-corrupt': 500,
  'store-locked': 409,
  'address-taken': 409,
  'addresses-exhausted': 507,
  'pool-overlap': 409,
  'pool-unknown': 404,
  'network-unknown': 404,
  'endpoint-unknown': 404,
  'application-unknown': 404,
  'entity-unknown': 404,
  'request-invalid': 400,
  'not-permitted': 403,
  'deadline-exceeded': 504,
  'daemon-unreachable': 503,
  'port-taken': 409,
  unsupported: 501,
} as const satisfies Record<FaultCode, number>;
