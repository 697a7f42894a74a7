/** Figures for Prometheus. Nothing here has a timer: they are counted as things happen, and asked for when scraped. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Call } from '../../plugins/protocol/index.ts';

export type Metrics = {
  readonly onPluginCall: (call: Call) => void;
  readonly onAnswer: (answer: {
    readonly route: string;
    readonly status: number;
    readonly milliseconds: number;
  }) => void;
  /** Asked at each scrape. */
  readonly gauge: (name: string, help: string, read: () => number) => void;
  readonly render: () => Promise<string>;
};

const seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const plugin = new Histogram({
    name: 'clocker_plugin_call_seconds',
    help: 'Time Docker’s calls of the plugin took.',
    labelNames: ['method'],
    buckets: seconds,
    registers,
  });
  const pluginFailures = new Counter({
    name: 'clocker_plugin_call_failures_total',
    help: 'Calls of the plugin that were answered with an error.',
    labelNames: ['method'],
    registers,
  });
  const api = new Histogram({
    name: 'clocker_api_request_seconds',
    help: 'Time requests of the REST API took.',
    labelNames: ['route', 'status'],
    buckets: seconds,
    registers,
  });
  const gauge: Metrics['gauge'] = (name, help, read) => {
    const made: Gauge = new Gauge({
      name,
      help,
      registers,
      collect: () => {
        made.set(read());
      },
    });
  };
  gauge('process_resident_memory_bytes', 'Memory the daemon has.', () => process.memoryUsage.rss());
  gauge('process_cpu_seconds_total', 'CPU time the daemon has used.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  return {
    onPluginCall: ({ method, error, milliseconds }) => {
      plugin.observe({ method }, milliseconds / 1000);
      if (error !== undefined) pluginFailures.inc({ method });
    },
    onAnswer: ({ route, status, milliseconds }) => api.observe({ route, status: String(status) }, milliseconds / 1000),
    gauge,
    render: () => registry.metrics(),
  };
}
