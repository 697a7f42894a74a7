/** Every command by its id (a topic and its command are joined by ':'): what oclif is told, and what the docs list. */
import type { Command } from '@oclif/core';
import Convert from './convert.ts';
import CsarPack from './csar/pack.ts';
import CsarSign from './csar/sign.ts';
import CsarUnpack from './csar/unpack.ts';
import CsarVerify from './csar/verify.ts';
import Down from './down.ts';
import Graph from './graph.ts';
import Up from './up.ts';
import Validate from './validate.ts';

export const commands: Record<string, Command.Class> = {
  convert: Convert,
  'csar:pack': CsarPack,
  'csar:sign': CsarSign,
  'csar:unpack': CsarUnpack,
  'csar:verify': CsarVerify,
  down: Down,
  graph: Graph,
  up: Up,
  validate: Validate,
};
