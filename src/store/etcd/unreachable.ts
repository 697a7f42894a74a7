/** What to tell when no member of the cluster can be reached: of each one, why. */
import { Fault } from '../../diagnostic/fault.ts';
import { calls } from './calls.ts';
import type { Endpoint } from './endpoint.ts';
import { certificateHint, isServiceError } from './failure.ts';
import { encodeRange } from './messages.ts';

/** A channel that failed to connect tells it to the next call. */
async function complaint(member: Endpoint): Promise<string> {
  const request = encodeRange({ key: Buffer.from([0]), countOnly: true });
  const error: unknown = await member.unary(calls.range, request, Date.now() + 100, undefined).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isServiceError(error)) return `${member.address} (answers only now)`;
  const [, text] = /^No connection established\. Last error: (.*)$/s.exec(error.details) ?? [];
  return `${member.address} (${text?.replace(/\.$/, '') ?? 'does not answer'})`;
}

export async function unreachable(members: readonly Endpoint[]): Promise<Fault> {
  const complaints = (await Promise.all(members.map(complaint))).join(', ');
  const addresses = members.map(({ address }) => address).join(',');
  return new Fault('store-unreachable', `No member of etcd can be reached: ${complaints}.`, {
    transient: true,
    hint: certificateHint(complaints) ?? `See whether etcd runs: etcdctl --endpoints=${addresses} endpoint health`,
  });
}
