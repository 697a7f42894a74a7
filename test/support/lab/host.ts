/** A host of the lab. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, runChecked, type Finished, type RunOptions } from '../../../src/host/process.ts';
import { createEngine, type Engine, type EngineOptions } from './engine.ts';
import { openNamespace } from './namespace.ts';
import { startForked, type LabProcess } from './process.ts';

export type LabHost = {
  readonly name: string;
  /** On the lab's network, for example `198.18.0.11`. */
  readonly address: string;
  /** `fd00:198:18:1::11` */
  readonly addressV6: string;
  /** The process its namespaces belong to. */
  readonly pid: number;
  readonly directory: string;
  /** Put before a command, it runs on this host. */
  readonly enter: readonly [string, ...string[]];
  readonly engine: Engine;
  /** Any status is an answer. */
  run(argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Answers what the command printed; throws when it fails. */
  exec(argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Its output goes to `<name>.log` in the host's directory. */
  start(name: string, argv: readonly string[]): Promise<LabProcess>;
  docker(...args: readonly string[]): Promise<string>;
  /** Put before a command, it runs in the network of a container of this host, with the programs of this machine. */
  enterContainer(name: string): Promise<readonly [string, ...string[]]>;
  close(): Promise<void>;
};

export type HostAddress = { readonly address: string; readonly addressV6: string };

export async function openHost(
  lab: { readonly name: string; readonly directory: string },
  name: string,
  address: HostAddress,
  options: EngineOptions,
): Promise<LabHost> {
  const directory = join(lab.directory, name);
  mkdirSync(directory);
  const namespace = await openNamespace(name, join(directory, 'keeper.log'));
  const { enter } = namespace;
  const engine = createEngine({ name, directory, enter, group: `/${lab.name}-${name}` }, options);
  const exec = (argv: readonly string[], how?: RunOptions): Promise<string> => runChecked([...enter, ...argv], how);
  return {
    name,
    ...address,
    pid: namespace.keeper.pid,
    directory,
    enter,
    engine,
    exec,
    run: (argv, how) => run([...enter, ...argv], how),
    start: (program, argv) => startForked([...enter, ...argv], join(directory, `${program}.log`)),
    docker: (...args) => engine.docker(...args),
    enterContainer: async (container) => {
      const pid = (await engine.docker('inspect', '--format', '{{.State.Pid}}', container)).trim();
      if (pid === '0') throw new Error(`The container ${container} does not run.`);
      return [...enter, 'nsenter', '--target', pid, '--net', '--'];
    },
    close: () => namespace.close(),
  };
}
