/** The lines of `ip` that turn the routes there are into those wanted. Pure. */
import { formatPrefix } from '../../src/ip/prefix.ts';
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { line, type Route } from '../../src/host/ip.ts';
import type { WantedRoute } from './desired.ts';
import { poolMetric, remoteProtocol, tunnelDevice } from './names.ts';

const protocol = ['proto', remoteProtocol] as const;

/** The pool's own route and a block's may be to the same addresses. */
const keyOf = (to: string, isUnreachable: boolean): string => `${to}${isUnreachable ? ' unreachable' : ''}`;
const wantedKey = ({ to, via }: WantedRoute): string => keyOf(to, via === undefined);
const haveKey = ({ to, isBlackhole }: Route): string => keyOf(formatPrefix(to.prefix), isBlackhole);

/** Two ways to write one address are one address. */
const plain = (address: string | undefined): string => {
  const parsed = parseAddress(address ?? '');
  return parsed === undefined ? (address ?? '') : formatAddress(parsed);
};

const isSame = (want: WantedRoute, have: Route): boolean =>
  plain(want.via) === plain(have.via) && want.isTunnelled === (have.device === tunnelDevice);

const nextHop = ({ family, via = '' }: WantedRoute): readonly string[] =>
  family === 4 && via.includes(':') ? ['via', 'inet6', via] : ['via', via];

export const putLine = (route: WantedRoute): string =>
  route.via === undefined
    ? line('route', 'replace', 'unreachable', route.to, 'metric', poolMetric, ...protocol)
    : line(
        ...['route', 'replace', route.to, ...nextHop(route)],
        ...(route.isTunnelled ? ['dev', tunnelDevice, 'onlink'] : []),
        ...protocol,
      );

const removeLine = (to: string, isUnreachable: boolean): string =>
  isUnreachable
    ? line('route', 'del', 'unreachable', to, 'metric', poolMetric, ...protocol)
    : line('route', 'del', to, ...protocol);

export type RoutePlan = { readonly put: readonly string[]; readonly remove: readonly string[] };

export function planRoutes(want: readonly WantedRoute[], have: readonly Route[]): RoutePlan {
  const known = new Map(have.map((route) => [haveKey(route), route]));
  const wanted = new Set(want.map(wantedKey));
  return {
    put: want
      .filter((route) => {
        const current = known.get(wantedKey(route));
        return current === undefined || !isSame(route, current);
      })
      .map(putLine),
    remove: have
      .filter((route) => !wanted.has(haveKey(route)))
      .map(({ to, isBlackhole }) => removeLine(formatPrefix(to.prefix), isBlackhole)),
  };
}

/** What changed between two wishes, when the kernel is known to be as the first says. */
export function planChange(before: readonly WantedRoute[], want: readonly WantedRoute[]): RoutePlan {
  const known = new Map(before.map((route) => [wantedKey(route), route]));
  const wanted = new Set(want.map(wantedKey));
  const isKept = (route: WantedRoute): boolean => {
    const old = known.get(wantedKey(route));
    return old?.family === route.family && old.via === route.via && old.isTunnelled === route.isTunnelled;
  };
  return {
    put: want.filter((route) => !isKept(route)).map(putLine),
    remove: before
      .filter((route) => !wanted.has(wantedKey(route)))
      .map(({ to, via }) => removeLine(to, via === undefined)),
  };
}
