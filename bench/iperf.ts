/** iperf3 between two places of a lab: what its JSON says of TCP throughput. */
import { runChecked } from '../src/host/process.ts';
import { startForked, until, type LabProcess } from '../test/support/lab/process.ts';

type Enter = readonly [string, ...string[]];

const port = '5201';

/** Listens until killed. */
export async function serve(enter: Enter, log: string): Promise<LabProcess> {
  const server = await startForked([...enter, 'iperf3', '--server', '--forceflush', '--port', port], log);
  await until('iperf3 listens', async () => {
    const sockets = await runChecked([...enter, 'ss', '-Hltn', `sport = :${port}`]);
    return sockets.trim() === '' ? undefined : true;
  });
  return server;
}

/** Gbit/s received over one TCP connection with cubic. Throws when the answer is not iperf3's. */
export async function throughput(enter: Enter, to: string, seconds: number): Promise<number> {
  const said = await runChecked(
    [...enter, 'iperf3', '--client', to, '--port', port, '--time', String(seconds), '--congestion', 'cubic', '--json'],
    { timeout: (seconds + 20) * 1000 },
  );
  const answer: unknown = JSON.parse(said);
  const end = partOf(answer, 'end');
  const bits = partOf(partOf(end, 'sum_received'), 'bits_per_second');
  if (typeof bits !== 'number') throw new Error(`iperf3 says nothing of throughput: ${said.slice(0, 300)}`);
  return bits / 1e9;
}

const partOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
