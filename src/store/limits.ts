/**
 * What every implementation refuses alike, so that what works on one host works on a cluster. The numbers are etcd's
 * defaults (128 operations, 1.5 MiB a request), less what its own framing needs.
 */
import { Fault } from '../diagnostic/fault.ts';
import type { Condition, Operation } from './store.ts';

export const limits = {
  keyBytes: 1024,
  valueBytes: 1024 * 1024,
  transactionBytes: 1280 * 1024,
  /** Of conditions, and of operations. */
  transactionSteps: 128,
  leaseSeconds: 24 * 60 * 60,
} as const;

const refuse = (message: string): never => {
  throw new Fault('request-invalid', message);
};

/** Keys come from names people choose, so the message shows only the beginning. */
const shown = (key: string): string => JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}…` : key);

function checkText(text: string, what: string, most: number): number {
  const bytes = Buffer.byteLength(text);
  if (bytes > most) refuse(`The ${what} ${shown(text)} has ${bytes} bytes; the store takes at most ${most}.`);
  if (!text.isWellFormed()) refuse(`The ${what} ${shown(text)} is not valid Unicode: it holds half a surrogate pair.`);
  return bytes;
}

export function checkKey(key: string): void {
  if (key === '') refuse('A key of the store must not be empty.');
  checkText(key, 'key', limits.keyBytes);
}

/** Empty = everything. */
export function checkPrefix(prefix: string): void {
  checkText(prefix, 'prefix', limits.keyBytes);
}

export function checkLease(ttlSeconds: number): void {
  const good = Number.isInteger(ttlSeconds) && ttlSeconds >= 1 && ttlSeconds <= limits.leaseSeconds;
  if (!good) refuse(`A lease lasts from 1 to ${limits.leaseSeconds} whole seconds, not ${ttlSeconds}.`);
}

function checkCondition(condition: Condition): number {
  checkKey(condition.key);
  return condition.is === 'value' ? checkText(condition.value, 'value', limits.valueBytes) : 0;
}

function checkOperation(operation: Operation): number {
  switch (operation.op) {
    case 'put':
      checkKey(operation.key);
      return operation.key.length + checkText(operation.value, 'value', limits.valueBytes);
    case 'delete':
      checkKey(operation.key);
      return operation.key.length;
    case 'deletePrefix':
      if (operation.prefix === '') refuse('Deleting the empty prefix would delete the whole store.');
      checkPrefix(operation.prefix);
      return operation.prefix.length;
  }
}

/** etcd refuses a key that is put twice, or put and deleted, in one transaction: its order would not be defined. */
function checkOverlap(operations: readonly Operation[]): void {
  const put = new Set<string>();
  for (const operation of operations) {
    if (operation.op !== 'put') continue;
    if (put.has(operation.key)) refuse(`${shown(operation.key)} is written twice in one transaction.`);
    put.add(operation.key);
  }
  for (const operation of operations) {
    if (operation.op === 'delete' && put.has(operation.key)) {
      refuse(`${shown(operation.key)} is both written and deleted in one transaction.`);
    }
    if (operation.op !== 'deletePrefix') continue;
    for (const key of put) {
      if (key.startsWith(operation.prefix)) refuse(`${shown(key)} is both written and deleted in one transaction.`);
    }
  }
}

export function checkTransaction(conditions: readonly Condition[], operations: readonly Operation[]): void {
  const steps = Math.max(conditions.length, operations.length);
  if (steps > limits.transactionSteps) {
    refuse(`A transaction takes at most ${limits.transactionSteps} conditions and as many operations, not ${steps}.`);
  }
  let bytes = 0;
  for (const condition of conditions) bytes += checkCondition(condition);
  for (const operation of operations) bytes += checkOperation(operation);
  if (bytes > limits.transactionBytes) {
    refuse(`A transaction takes at most ${limits.transactionBytes} bytes, not ${bytes}.`);
  }
  checkOverlap(operations);
}
