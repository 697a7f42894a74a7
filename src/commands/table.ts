/**
 * Every command by its id (a topic and its command are joined by ':'): what is run, what oclif is told, and what the docs
 * list. A command is loaded when it is run, so that none waits for the flags of the others.
 */
import type { CommandClass } from './base.ts';

type Loader = () => Promise<{ readonly default: CommandClass }>;

export const commandLoaders: Readonly<Record<string, Loader>> = {
  completion: () => import('./completion.ts'),
  convert: () => import('./convert.ts'),
  'csar:pack': () => import('./csar/pack.ts'),
  'csar:sign': () => import('./csar/sign.ts'),
  'csar:unpack': () => import('./csar/unpack.ts'),
  'csar:verify': () => import('./csar/verify.ts'),
  deploy: () => import('./deploy.ts'),
  doctor: () => import('./doctor.ts'),
  down: () => import('./down.ts'),
  events: () => import('./events.ts'),
  explain: () => import('./explain.ts'),
  graph: () => import('./graph.ts'),
  'ipam:check': () => import('./ipam/check.ts'),
  'ipam:release': () => import('./ipam/release.ts'),
  'ipam:show': () => import('./ipam/show.ts'),
  logs: () => import('./logs.ts'),
  ls: () => import('./ls.ts'),
  'network:create': () => import('./network/create.ts'),
  'network:ls': () => import('./network/ls.ts'),
  'network:rm': () => import('./network/rm.ts'),
  'network:show': () => import('./network/show.ts'),
  'node:ls': () => import('./node/ls.ts'),
  'node:rm': () => import('./node/rm.ts'),
  'node:show': () => import('./node/show.ts'),
  'plugin:install': () => import('./plugin/install.ts'),
  'policy:apply': () => import('./policy/apply.ts'),
  'policy:ls': () => import('./policy/ls.ts'),
  'policy:rm': () => import('./policy/rm.ts'),
  'policy:show': () => import('./policy/show.ts'),
  'policy:test': () => import('./policy/test.ts'),
  restart: () => import('./restart.ts'),
  rm: () => import('./rm.ts'),
  scale: () => import('./scale.ts'),
  show: () => import('./show.ts'),
  start: () => import('./start.ts'),
  stop: () => import('./stop.ts'),
  'store:check': () => import('./store/check.ts'),
  'store:copy': () => import('./store/copy.ts'),
  tree: () => import('./tree.ts'),
  up: () => import('./up.ts'),
  validate: () => import('./validate.ts'),
};

/** All of them, for help and documentation. */
export async function loadCommands(): Promise<Readonly<Record<string, CommandClass>>> {
  const loaded = Object.entries(commandLoaders).map(async ([id, load]) => [id, (await load()).default] as const);
  return Object.fromEntries(await Promise.all(loaded));
}
