/**
 * Places in the handling of a call where a test may kill the daemon, to see that everything converges again:
 * `CLOCKER_FAILPOINT=NetworkDriver.Join:after-kernel`. Without one, reaching a place does nothing.
 */
import { Fault } from '../../src/diagnostic/fault.ts';
import { isBareMethod, isRequestMethod, type BareMethod, type RequestMethod } from './messages.ts';

export const failPlaces = ['before-transaction', 'after-transaction', 'after-kernel', 'after-reply'] as const;
export type FailPlace = (typeof failPlaces)[number];
export type Method = RequestMethod | BareMethod;

export type FailPoints = { reach(method: Method, place: FailPlace): void };

export const noFailPoints: FailPoints = { reach: () => undefined };

export type FailPoint = { readonly method: Method; readonly place: FailPlace };

const isMethod = (text: string): text is Method => isRequestMethod(text) || isBareMethod(text);
const isPlace = (text: string): text is FailPlace => failPlaces.some((known) => known === text);

/** `NetworkDriver.Join:after-kernel` */
export function parseFailPoint(text: string): FailPoint {
  const [method = '', place = '', ...more] = text.split(':');
  if (isMethod(method) && isPlace(place) && more.length === 0) return { method, place };
  throw new Fault('request-invalid', `${JSON.stringify(text.slice(0, 100))} is no fail-point.`, {
    hint: `Write it as NetworkDriver.Join:after-kernel; the places are ${failPlaces.join(', ')}.`,
  });
}

/** `die` ends the process, or in a unit test throws, so that nothing after the place happens. */
export const failAt = ({ method, place }: FailPoint, die: () => void): FailPoints => ({
  reach: (reachedMethod, reachedPlace) => {
    if (reachedMethod === method && reachedPlace === place) die();
  },
});
