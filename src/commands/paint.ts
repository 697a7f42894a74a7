/** Colours, only where a person looks: a terminal, and NO_COLOR unset (https://no-color.org). */
import type { Paint, PaintRole } from '../diagnostic/render.ts';

export type Colour = 'red' | 'yellow' | 'green' | 'blue' | 'dim' | 'bold';

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  blue: [34, 39],
  dim: [2, 22],
  bold: [1, 22],
};

type Stream = { readonly isTTY?: boolean };

export const coloursWanted = (
  { isTTY }: Stream,
  { NO_COLOR: none, TERM: terminal }: Readonly<Record<string, string | undefined>> = process.env,
): boolean => isTTY === true && (none === undefined || none === '') && terminal !== 'dumb';

export const colourFor =
  (stream: Stream) =>
  (colour: Colour | undefined, text: string): string => {
    if (colour === undefined || !coloursWanted(stream)) return text;
    const [on, off] = codes[colour];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };

const roles: Readonly<Record<PaintRole, Colour | undefined>> = {
  error: 'red',
  warning: 'yellow',
  info: 'blue',
  place: 'bold',
  code: undefined,
  frame: 'dim',
  hint: 'green',
};

export const paintFor = (stream: Stream): Paint => {
  const colour = colourFor(stream);
  return (role, text) => colour(roles[role], text);
};

/** Brooklyn's lifecycle: green is well, yellow is under way, red needs somebody. */
export function colourOfState(state: string): Colour | undefined {
  if (state === 'running') return 'green';
  if (state === 'on-fire' || state === 'failed') return 'red';
  return state === 'starting' || state === 'stopping' || state === 'created' ? 'yellow' : 'dim';
}
