/** Every command by its id (a topic and its command are joined by ':'): what oclif is told, and what the docs list. */
import type { Command } from '@oclif/core';
import Convert from './convert.ts';
import Down from './down.ts';
import Graph from './graph.ts';
import Up from './up.ts';
import Validate from './validate.ts';

export const commands: Record<string, Command.Class> = {
  convert: Convert,
  down: Down,
  graph: Graph,
  up: Up,
  validate: Validate,
};
