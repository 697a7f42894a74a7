/** Every command by its id (a topic and its command are joined by ':'): what oclif is told, and what the docs list. */
import type { Command } from '@oclif/core';
import Convert from './convert.ts';
import CsarPack from './csar/pack.ts';
import CsarSign from './csar/sign.ts';
import CsarUnpack from './csar/unpack.ts';
import CsarVerify from './csar/verify.ts';
import Deploy from './deploy.ts';
import Doctor from './doctor.ts';
import Down from './down.ts';
import Events from './events.ts';
import Explain from './explain.ts';
import Graph from './graph.ts';
import IpamCheck from './ipam/check.ts';
import IpamRelease from './ipam/release.ts';
import IpamShow from './ipam/show.ts';
import Logs from './logs.ts';
import Ls from './ls.ts';
import NetworkCreate from './network/create.ts';
import NetworkLs from './network/ls.ts';
import NetworkRm from './network/rm.ts';
import NetworkShow from './network/show.ts';
import NodeLs from './node/ls.ts';
import NodeRm from './node/rm.ts';
import NodeShow from './node/show.ts';
import PluginInstall from './plugin/install.ts';
import PolicyApply from './policy/apply.ts';
import PolicyLs from './policy/ls.ts';
import PolicyRm from './policy/rm.ts';
import PolicyShow from './policy/show.ts';
import PolicyTest from './policy/test.ts';
import Restart from './restart.ts';
import Rm from './rm.ts';
import Scale from './scale.ts';
import Show from './show.ts';
import Start from './start.ts';
import Stop from './stop.ts';
import StoreCheck from './store/check.ts';
import StoreCopy from './store/copy.ts';
import Tree from './tree.ts';
import Up from './up.ts';
import Validate from './validate.ts';

export const commands: Record<string, Command.Class> = {
  convert: Convert,
  'csar:pack': CsarPack,
  'csar:sign': CsarSign,
  'csar:unpack': CsarUnpack,
  'csar:verify': CsarVerify,
  deploy: Deploy,
  doctor: Doctor,
  down: Down,
  events: Events,
  explain: Explain,
  graph: Graph,
  'ipam:check': IpamCheck,
  'ipam:release': IpamRelease,
  'ipam:show': IpamShow,
  logs: Logs,
  ls: Ls,
  'network:create': NetworkCreate,
  'network:ls': NetworkLs,
  'network:rm': NetworkRm,
  'network:show': NetworkShow,
  'node:ls': NodeLs,
  'node:rm': NodeRm,
  'node:show': NodeShow,
  'plugin:install': PluginInstall,
  'policy:apply': PolicyApply,
  'policy:ls': PolicyLs,
  'policy:rm': PolicyRm,
  'policy:show': PolicyShow,
  'policy:test': PolicyTest,
  restart: Restart,
  rm: Rm,
  scale: Scale,
  show: Show,
  start: Start,
  stop: Stop,
  'store:check': StoreCheck,
  'store:copy': StoreCopy,
  tree: Tree,
  up: Up,
  validate: Validate,
};
