/** Every command by its id (a topic and its command are joined by ':'): what oclif is told, and what the docs list. */
import type { Command } from '@oclif/core';

import Up from './up.ts';

export const commands: Record<string, Command.Class> = {
  up: Up,
};
