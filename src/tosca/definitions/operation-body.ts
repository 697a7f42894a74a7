import type { Node } from '../../document/node.ts';

/** A map with `description` or `implementation` in text: an operation that is called `inputs`, not parameters. */
export const isOperationBody = (node: Node | undefined): boolean =>
  node?.kind === 'map' &&
  node.entries.some(
    ({ key, value }) =>
      key.kind === 'scalar' &&
      (key.value === 'description' || key.value === 'implementation') &&
      value.kind === 'scalar' &&
      typeof value.value === 'string',
  );
