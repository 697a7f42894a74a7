/** Published ports on a swarm: on every node, at one port, whatever its address. */
import type { Part, Parts } from './parts.ts';
import { eachMap } from './parts.ts';
import type { Row } from './row.ts';
import { adaptedPart, lostPart } from './row.ts';

const parts: Parts = new Map<string, Part>([
  ['mode', true],
  ['target', true],
  ['protocol', true],
  [
    'published',
    (value, path) => {
      if (typeof value !== 'string') return { value };
      if (/^\d+$/.test(value)) return { value: Number(value) };
      return {
        marks: [adaptedPart(path, 'Swarm publishes at one port, not at one of a range: it chooses a free one.')],
      };
    },
  ],
  [
    'host_ip',
    (_value, path) => ({
      marks: [
        lostPart(
          path,
          'Swarm publishes on every address of every node.',
          'Close the port in the firewall of the nodes.',
        ),
      ],
    }),
  ],
]);

export const ports: Row = (value) => eachMap(value, parts, 'A stack file has no word for it.');
