import { describe, expect, test } from 'vitest';
import { decodeNode, renderNode, vtepMacOf } from '../../../src/model/network/node.ts';

const fresh = { uid: 'u1', creationTimestamp: '2026-01-01T00:00:00Z' };
const addresses = { ipv4: '198.18.0.11/24', ipv6: 'fd00::11/64' };

describe('the record of a host', () => {
  test('is the Node resource of Calico', () => {
    expect(JSON.parse(renderNode(undefined, 'h1', addresses, fresh))).toEqual({
      kind: 'Node',
      apiVersion: 'projectcalico.org/v3',
      metadata: { uid: 'u1', creationTimestamp: '2026-01-01T00:00:00Z', name: 'h1' },
      spec: {
        bgp: { ipv4Address: '198.18.0.11/24', ipv6Address: 'fd00::11/64' },
        vxlanTunnelMACAddr: vtepMacOf('h1'),
        addresses: [
          { address: '198.18.0.11/24', type: 'CalicoNodeIP' },
          { address: 'fd00::11/64', type: 'CalicoNodeIP' },
        ],
      },
    });
  });

  test('keeps what others wrote, and does not change when nothing changes', () => {
    const stored = JSON.stringify({
      kind: 'Node',
      metadata: { name: 'h1', uid: 'old', creationTimestamp: 'then', labels: { rack: 'r1' } },
      spec: { bgp: { asNumber: 64513, ipv4Address: '192.0.2.1/24' }, ipv4VXLANTunnelAddr: '198.19.0.1', orchRefs: [] },
      status: { podCIDRs: [12345678901234567890n.toString()] },
    });
    const once = renderNode(stored, 'h1', { ipv4: '198.18.0.11/24' }, fresh);
    expect(JSON.parse(once)).toMatchObject({
      metadata: { uid: 'old', creationTimestamp: 'then', labels: { rack: 'r1' } },
      spec: {
        bgp: { asNumber: 64513, ipv4Address: '198.18.0.11/24' },
        ipv4VXLANTunnelAddr: '198.19.0.1',
        orchRefs: [],
      },
      status: { podCIDRs: ['12345678901234567890'] },
    });
    expect(renderNode(once, 'h1', { ipv4: '198.18.0.11/24' }, { uid: 'other', creationTimestamp: 'now' })).toBe(once);
  });

  test('is read back, and what is no record is not', () => {
    const facts = decodeNode(renderNode(undefined, 'h1', addresses, fresh));
    expect(facts).toMatchObject({ name: 'h1', vtepMac: vtepMacOf('h1'), labels: {} });
    expect(facts?.ipv4?.prefix.length).toBe(24);
    for (const bad of ['', 'null', '[]', '{"metadata":{}}', '{"metadata":{"name":"h1"},"spec":{"bgp":7}}'])
      expect(decodeNode(bad), bad).toBeUndefined();
  });

  test('has no address where the record has one of the wrong family or none at all', () => {
    const value = JSON.stringify({
      metadata: { name: 'h1' },
      spec: { bgp: { ipv4Address: 'fd00::1/64', ipv6Address: 'x' } },
    });
    expect(decodeNode(value)).toEqual({ name: 'h1', labels: {} });
  });
});

test('the MAC address of a VXLAN interface is locally administered, for one receiver, and differs by host', () => {
  const macs = ['h1', 'h2', 'host-with-a-long-name.example'].map(vtepMacOf);
  expect(new Set(macs).size).toBe(3);
  for (const mac of macs) expect(mac).toMatch(/^66(:[0-9a-f]{2}){5}$/);
});
