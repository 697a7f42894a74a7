/** Managed plugins of an engine. */
import type { Readable } from 'node:stream';
import { boolean, record, text } from '../../shape/index.ts';
import { engineText, expectShape, lenient } from './answers.ts';
import { segment } from './transport.ts';
import type { VersionedTransport } from './version.ts';

export type EnginePlugin = { readonly id: string; readonly enabled: boolean };

const shape = record({ Id: text(engineText), Enabled: boolean() }, lenient);

const deadline = 30_000;
/** Starting one, dockerd waits ten seconds for its socket. */
const enableDeadline = 60_000;

export type PluginCalls = {
  /** Undefined when there is none. */
  plugin(name: string): Promise<EnginePlugin | undefined>;
  /** A tar archive of config.json and rootfs/. */
  createPlugin(name: string, archive: Readable): Promise<void>;
  /** `timeout`: seconds dockerd waits for each answer of the plugin. */
  enablePlugin(name: string, timeout: number): Promise<void>;
  /** Also while networks use it. */
  disablePlugin(name: string): Promise<void>;
  /** Gone already is as good. */
  removePlugin(name: string): Promise<void>;
};

export const pluginCalls = (engine: VersionedTransport): PluginCalls => {
  const at = (name: string): string => `/plugins/${segment(name)}`;
  return {
    plugin: async (name) => {
      const { status, body } = await engine.call({ method: 'GET', path: `${at(name)}/json`, deadline, fine: [404] });
      if (status === 404) return undefined;
      const { Id: id, Enabled: enabled } = expectShape(shape, body, 'a plugin');
      return { id, enabled };
    },
    createPlugin: async (name, tar) => {
      const body = { kind: 'tar', tar } as const;
      await engine.call({ method: 'POST', path: '/plugins/create', query: { name }, body, deadline: enableDeadline });
    },
    enablePlugin: async (name, timeout) => {
      const query = { timeout: String(timeout) };
      await engine.call({ method: 'POST', path: `${at(name)}/enable`, query, deadline: enableDeadline });
    },
    disablePlugin: async (name) => {
      await engine.call({
        method: 'POST',
        path: `${at(name)}/disable`,
        query: { force: 'true' },
        deadline: enableDeadline,
      });
    },
    removePlugin: async (name) => {
      await engine.call({ method: 'DELETE', path: at(name), query: { force: 'true' }, deadline, fine: [404] });
    },
  };
};
