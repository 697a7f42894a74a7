/** What runs and what it can reach, answered in bounded time whatever is down. */
import type { ResultOf } from '../api/index.ts';
import { clockOfHost } from '../host/clock.ts';
import type { Docker } from '../host/docker.ts';
import { parseStoreAddress, type Store } from '../store/index.ts';
import type { DaemonConfig } from './config.ts';

type Asked = {
  readonly config: DaemonConfig;
  readonly store: Pick<Store, 'get'>;
  readonly docker: Pick<Docker, 'version' | 'host'>;
  readonly version: string;
};

const patience = 2000;

/** Undefined when it fails or takes too long. */
function within<T>(asking: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const cancel = clockOfHost.schedule(patience, () => resolve(undefined));
    asking.then(resolve, () => resolve(undefined)).finally(cancel);
  });
}

export async function reachability({ config, store, docker, version }: Asked): Promise<ResultOf<'version'>> {
  const [answers, engine] = await Promise.all([
    within(store.get('/clocker/v1/reachability').then(() => true)),
    within(docker.version()),
  ]);
  return {
    version,
    node: config.nodeName,
    store: { kind: parseStoreAddress(config.store).kind, reachable: answers === true },
    engine: {
      host: docker.host,
      reachable: engine !== undefined,
      ...(engine === undefined ? {} : { version: engine.version }),
    },
    plugin: config.pluginSocket,
  };
}
