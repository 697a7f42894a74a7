import { describe, expect, test } from 'vitest';
import { chooseHostPorts } from '../../../plugins/network/host-ports.ts';
import type { PortMapping } from '../../../src/model/network/records.ts';

const port = (hostPort: number, more: Partial<PortMapping> = {}): PortMapping => ({
  protocol: 'tcp',
  containerPort: 80,
  hostAddress: '',
  hostPort,
  hostPortEnd: hostPort,
  ...more,
});
const free = (): Promise<boolean> => Promise.resolve(true);
const by = 'container web';

const numbers = async (...args: Parameters<typeof chooseHostPorts>): Promise<readonly number[]> =>
  (await chooseHostPorts(...args)).map(({ hostPort }) => hostPort);

describe('a published port', () => {
  test('is the one asked for', async () => {
    expect(await chooseHostPorts([port(8080)], [], free)).toEqual([port(8080)]);
  });

  test('is the first of the range that nobody has', async () => {
    const range = port(8000, { hostPortEnd: 8005 });
    const held = [{ port: port(8000), by }];
    const isFree = ({ hostPort }: PortMapping): Promise<boolean> => Promise.resolve(hostPort !== 8001);
    expect(await numbers([range, range], held, isFree)).toEqual([8002, 8003]);
  });

  test('is beyond what programs that connect get, where none is asked for', async () => {
    expect(await numbers([port(0), port(0), port(0, { protocol: 'udp' })], [], free)).toEqual([61_000, 61_001, 61_000]);
  });

  test('may be had at two addresses, and by two protocols', async () => {
    const held = [{ port: port(80, { hostAddress: '198.18.0.1' }), by }];
    expect(await numbers([port(80, { hostAddress: '198.18.0.2' })], held, free)).toEqual([80]);
    expect(await numbers([port(80, { protocol: 'udp' })], held, free)).toEqual([80]);
  });

  test.each(['', '0.0.0.0', '::'])('at every address (%j) stands against one of them', async (hostAddress) => {
    const held = [{ port: port(80, { hostAddress: '198.18.0.1' }), by }];
    await expect(chooseHostPorts([port(80, { hostAddress })], held, free)).rejects.toThrow(
      "The host's port 80/tcp can't be published: container web has it.",
    );
  });

  test('is not taken from a program of the host', async () => {
    await expect(chooseHostPorts([port(22)], [], () => Promise.resolve(false))).rejects.toThrow(
      "The host's port 22/tcp can't be published: a program of the host has it.",
    );
  });

  test('is not published twice by one container', async () => {
    await expect(chooseHostPorts([port(80), port(80, { containerPort: 81 })], [], free)).rejects.toThrow(
      /another port of the same container has it/,
    );
  });
});
