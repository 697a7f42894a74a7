import { describe, expect, test } from 'vitest';
import { decodeFailsafe, usualFailsafe } from '../../../plugins/policy/index.ts';

const felix = (spec: unknown): string =>
  JSON.stringify({
    kind: 'FelixConfiguration',
    apiVersion: 'projectcalico.org/v3',
    metadata: { name: 'default' },
    spec,
  });
const [tcp22] = usualFailsafe.ingress;

describe('ports that no policy closes', () => {
  test('are those of Felix unless told', () => {
    const shown = ({ protocol, port }: { protocol: string; port: number }): string => `${protocol}:${port}`;
    expect(usualFailsafe.ingress.map(shown).join(',')).toBe(
      'tcp:22,tcp:179,tcp:2379,tcp:2380,tcp:5473,tcp:6443,tcp:6666,tcp:6667,udp:68',
    );
    expect(usualFailsafe.egress.map(shown).join(',')).toBe(
      'tcp:179,tcp:2379,tcp:2380,tcp:5473,tcp:6443,tcp:6666,tcp:6667,udp:53,udp:67',
    );
  });

  test.each<[string, string, object]>([
    ['nothing said', felix({ vxlanVNI: 4096 }), {}],
    ['no spec', felix(null), {}],
    ['null', felix({ failsafeInboundHostPorts: null }), {}],
    ['none at all', felix({ failsafeInboundHostPorts: [] }), { ingress: [] }],
    [
      'both ways, in whatever case, and of one net',
      felix({
        failsafeInboundHostPorts: [{ protocol: 'TCP', port: 22 }, { port: 7000 }],
        failsafeOutboundHostPorts: [{ protocol: 'udp', port: 53, net: '10.0.0.7/8' }],
      }),
      {
        ingress: [tcp22, { protocol: 'tcp', port: 7000 }],
        egress: [{ protocol: 'udp', port: 53, net: '10.0.0.0/8' }],
      },
    ],
    ['a protocol without ports', felix({ failsafeInboundHostPorts: [{ protocol: 'icmp', port: 1 }] }), {}],
    ['no net', felix({ failsafeInboundHostPorts: [{ port: 22, net: '} accept; #' }] }), {}],
    [
      'one mistake in one direction',
      felix({ failsafeInboundHostPorts: [{ port: 1 }], failsafeOutboundHostPorts: [{ port: 2, net: 'x' }] }),
      { ingress: [{ protocol: 'tcp', port: 1 }] },
    ],
    ['a port out of range', felix({ failsafeInboundHostPorts: [{ port: 70_000 }] }), {}],
    ['no JSON', '{', {}],
    ['no object', '[1]', {}],
  ])('%s', (_what, value, expected) => {
    expect(decodeFailsafe(value)).toEqual(expected);
  });
});
