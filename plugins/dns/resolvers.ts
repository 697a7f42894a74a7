/** The host's nameservers as dockerd finds them (libnetwork resolvconf). */
import { formatAddress, parseAddress } from '../../src/ip/address.ts';

export const resolverFile = '/etc/resolv.conf';
/** dockerd reads this one instead where the first knows systemd's own resolver only. */
export const systemdFile = '/run/systemd/resolve/resolv.conf';
const systemdStub = '127.0.0.53';

const addressesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)].flatMap(([, word = '']) => {
    const address = parseAddress(word);
    return address === undefined ? [] : formatAddress(address);
  });

/** `read` answers '' for a file that is not there. */
export function readResolvers(read: (path: string) => string): readonly string[] {
  const first = addressesOf(read(resolverFile));
  if (first.length !== 1 || first[0] !== systemdStub) return first;
  const real = addressesOf(read(systemdFile));
  return real.length > 0 ? real : first;
}
