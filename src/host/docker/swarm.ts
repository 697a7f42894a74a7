/** The swarm an engine is a manager of. */
import { list, nullable, optional, record, text } from '../../shape/index.ts';
import { engineText, expectShape, lenient, mostThings } from './answers.ts';
import type { VersionedTransport } from './version.ts';

export type SwarmNode = {
  readonly id: string;
  readonly name: string;
  /** It answers its managers. */
  readonly isReady: boolean;
};

const text1 = text(engineText);

const shape = record(
  {
    ID: text1,
    Description: optional(nullable(record({ Hostname: optional(text1) }, lenient))),
    Status: optional(nullable(record({ State: optional(text1) }, lenient))),
  },
  lenient,
);

const deadline = 15_000;

export type SwarmCalls = {
  /** Refused where the engine is no manager. */
  swarmNodes(): Promise<readonly SwarmNode[]>;
};

export const swarmCalls = (engine: VersionedTransport): SwarmCalls => ({
  swarmNodes: async () => {
    const { body } = await engine.call({ method: 'GET', path: '/nodes', deadline });
    return expectShape(list(shape, mostThings), body, 'the nodes of the swarm').map(({ ID, Description, Status }) => ({
      id: ID,
      name: Description?.Hostname ?? ID,
      isReady: Status?.State === 'ready',
    }));
  },
});
