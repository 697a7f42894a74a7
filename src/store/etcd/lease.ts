/**
 * Leases of etcd, kept alive from here. Whether one is still held is told by this host's monotonic clock, counted from
 * before the request was sent: the server began to count later, so it can't have given the lease up before we do.
 */
import { isFault } from '../../diagnostic/fault.ts';
import { pause, type StoreClock } from '../clock.ts';
import type { Lease } from '../store.ts';
import { calls } from './calls.ts';
import type { Connection } from './connection.ts';
import { encodeLease, encodeLeaseGrant, type LeaseResponse } from './messages.ts';

/** Clocks of two hosts may differ in rate; a tenth of the time is far more than they do. */
const safeShare = 0.9;
/** Milliseconds. */
const answerTime = 1500;
const retryPause = 200;

async function renew(connection: Connection, id: string): Promise<LeaseResponse | undefined> {
  const stream = await connection.stream(calls.leaseKeepAlive, encodeLease(id), answerTime);
  try {
    for await (const answer of stream.answers) return answer;
    return undefined;
  } finally {
    stream.end();
  }
}

export async function grantLease(
  connection: Connection,
  clock: StoreClock,
  ttlSeconds: number,
  closing: AbortSignal,
): Promise<Lease> {
  const asked = clock.monotonic();
  const granted = await connection.call({
    method: calls.leaseGrant,
    request: encodeLeaseGrant(ttlSeconds),
    // One granted unknown to us runs out by itself.
    retry: 'always',
  });
  const id = granted.lease;
  const lost = new AbortController();
  let until = asked + granted.ttlSeconds * 1000 * safeShare;
  let cancelAlarm = (): void => undefined;

  const held = (): boolean => !lost.signal.aborted && clock.monotonic() < until;
  const lose = (): void => {
    cancelAlarm();
    lost.abort();
  };
  const setAlarm = (): void => {
    cancelAlarm();
    cancelAlarm = clock.schedule(Math.max(0, until - clock.monotonic()), lose);
  };

  async function keepAlive(): Promise<void> {
    const ended = AbortSignal.any([lost.signal, closing]);
    let wait = (granted.ttlSeconds * 1000) / 3;
    for (;;) {
      await pause(clock, wait, ended);
      if (ended.aborted) return;
      // A process that was stopped in between may be too late; then what hung on the lease is not its own any more.
      if (!held()) return lose();
      const sent = clock.monotonic();
      try {
        const answer = await renew(connection, id);
        if (ended.aborted) return;
        if (answer !== undefined && answer.ttlSeconds <= 0) return lose();
        if (answer !== undefined) {
          until = sent + answer.ttlSeconds * 1000 * safeShare;
          setAlarm();
        }
        wait = answer === undefined ? retryPause : (granted.ttlSeconds * 1000) / 3;
      } catch (error) {
        if (!isFault(error)) throw error;
        wait = retryPause;
      }
    }
  }

  setAlarm();
  closing.addEventListener('abort', lose, { once: true });
  void keepAlive();
  return {
    id,
    lost: lost.signal,
    held,
    revoke: async () => {
      closing.removeEventListener('abort', lose);
      lose();
      await revokeLease(connection, id);
    },
  };
}

/** What can't be revoked, because it is gone or nobody answers, runs out by itself. */
async function revokeLease(connection: Connection, id: string): Promise<void> {
  try {
    await connection.call({ method: calls.leaseRevoke, request: encodeLease(id), retry: 'always' });
  } catch (error) {
    if (!isFault(error, 'store-conflict') && !isFault(error, 'store-unreachable')) throw error;
  }
}
