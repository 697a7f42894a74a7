/**
 * Exit codes of commands, after sysexits(3) where it has one; documented in docs/exit-codes.md. 1 is a document with
 * errors, 2 wrong usage (and, for `validate`, what can't be acted on).
 */
import type { FaultCode } from '../diagnostic/fault.ts';

export const exitCodeOf = {
  'docker-unreachable': 69,
  'docker-refused': 70,
  'command-failed': 70,
  'command-missing': 69,
  'file-unreadable': 66,
  'file-unwritable': 73,
  'store-unreachable': 69,
  'store-conflict': 75,
  'store-corrupt': 65,
  'store-locked': 75,
  'address-taken': 71,
  'addresses-exhausted': 71,
  'pool-overlap': 71,
  'pool-unknown': 68,
  'network-unknown': 68,
  'endpoint-unknown': 68,
  'policy-unknown': 68,
  'application-unknown': 68,
  'entity-unknown': 68,
  'request-invalid': 64,
  'not-permitted': 77,
  'deadline-exceeded': 75,
  'daemon-unreachable': 69,
  'port-taken': 71,
  unsupported: 78,
} as const satisfies Record<FaultCode, number>;
