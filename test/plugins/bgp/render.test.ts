import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePeer, decodeSettings, usualSettings, type BgpPeer } from '../../../plugins/bgp/model.ts';
import { renderBird } from '../../../plugins/bgp/render.ts';
import { sessionsOf } from '../../../plugins/bgp/sessions.ts';
import { run } from '../../../src/host/process.ts';
import { parseCidr } from '../../../src/ip/prefix.ts';
import type { NodeFacts } from '../../../src/model/network/node.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const node = (name: string, last: number, more: Partial<NodeFacts> = {}): NodeFacts => {
  const [ipv4, ipv6] = [parseCidr(`198.18.0.${last}/24`), parseCidr(`fd00:1::${last}/64`)];
  return { name, labels: {}, ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }), ...more };
};
const peer = (spec: object): BgpPeer => {
  const read = decodePeer(JSON.stringify({ metadata: { name: 'p' }, spec }));
  if (read === undefined) throw new Error('This is no peer.');
  return read;
};
const short = (sessions: ReturnType<typeof sessionsOf>): readonly string[] =>
  sessions.map(
    ({ name, peerAs, isPassive, reflects, port }) =>
      `${name} ${peerAs}${isPassive ? ' passive' : ''}${reflects === undefined ? '' : ` rr ${reflects}`}${port === undefined ? '' : ` port ${port}`}`,
  );

describe('whom a host speaks BGP with', () => {
  const [h1, h2] = [node('h1', 11), node('h2', 12)];
  const reflector = node('rr', 20, { routeReflector: '10.0.0.1', labels: { role: 'rr' } });
  test('every other host; the one with the lower address waits', () => {
    expect(short(sessionsOf({ own: h1, others: [h2], settings: usualSettings, peers: [] }))).toEqual([
      'Mesh_198_18_0_12 64512 passive',
      'Mesh_fd00_1__12 64512 passive',
    ]);
    expect(short(sessionsOf({ own: h2, others: [h1], settings: usualSettings, peers: [] }))[0]).toBe(
      'Mesh_198_18_0_11 64512',
    );
  });
  test('not in a mesh with route reflectors, which peers name by their labels, from either side', () => {
    const toReflectors = peer({ nodeSelector: '!has(role)', peerSelector: "role == 'rr'" });
    const settings = { asNumber: 64600, mesh: false };
    expect(short(sessionsOf({ own: h1, others: [h2, reflector], settings, peers: [toReflectors] }))[0]).toBe(
      'Node_198_18_0_20 64600 passive',
    );
    expect(short(sessionsOf({ own: reflector, others: [h1, h2], settings, peers: [toReflectors] }))).toEqual([
      'Node_198_18_0_11 64600 rr 10.0.0.1',
      'Node_fd00_1__11 64600 rr 10.0.0.1',
      'Node_198_18_0_12 64600 rr 10.0.0.1',
      'Node_fd00_1__12 64600 rr 10.0.0.1',
    ]);
    expect(sessionsOf({ own: h1, others: [reflector], settings: usualSettings, peers: [] })).toEqual([]);
  });
  test('peers outside, of all hosts, of one, or of those with labels', () => {
    const peers = [
      peer({ peerIP: '198.18.0.99', asNumber: 65001 }),
      peer({ peerIP: '198.18.0.98:1790', asNumber: 65002, node: 'h1' }),
      peer({ peerIP: '198.18.0.97', node: 'h2' }),
    ];
    expect(short(sessionsOf({ own: h1, others: [], settings: usualSettings, peers }))).toEqual([
      'Global_198_18_0_99 65001',
      'Global_198_18_0_98 65002 port 1790',
    ]);
  });
});

test('a peer is spoken with as it says', () => {
  const spec = {
    peerIP: '198.18.0.99',
    asNumber: 65001,
    keepOriginalNextHop: true,
    numAllowedLocalASNumbers: 2,
    maxRestartTime: '3m20s',
  };
  const settings = decodeSettings('{"spec":{"nodeMeshMaxRestartTime":"2h"}}') ?? usualSettings;
  const [mesh, , outside] = sessionsOf({
    own: node('h1', 11),
    others: [node('h2', 12)],
    settings,
    peers: [peer(spec)],
  });
  expect(mesh).toMatchObject({ name: 'Mesh_198_18_0_12', restartTime: 4095 });
  expect(outside).toMatchObject({ keepsNextHop: true, ownAsAllowed: 2, restartTime: 200 });
});

test('what is no peer is not taken for one', () => {
  for (const spec of [
    {},
    { peerIP: 'tor' },
    { peerIP: '198.18.0.1:0' },
    { peerIP: '1.2.3.4', nodeSelector: 'a ==' },
    { peerSelector: '&&' },
  ])
    expect(decodePeer(JSON.stringify({ metadata: { name: 'p' }, spec })), JSON.stringify(spec)).toBeUndefined();
  expect(decodeSettings('{"spec":{"asNumber":64601,"nodeToNodeMeshEnabled":false}}')).toEqual({
    asNumber: 64601,
    mesh: false,
  });
  expect(decodeSettings('{}')).toEqual(usualSettings);
});

describe('the configuration of BIRD', () => {
  const text = renderBird({
    routerId: '198.18.0.11',
    pools: { 4: ['198.19.8.0/24'], 6: ['fd00:8::/64'] },
    own: { 4: ['198.19.8.8/29', '198.19.8.33/32'], 6: ['fd00:8::40/122'] },
    sessions: sessionsOf({
      own: node('h1', 11, { routeReflector: '10.0.0.1' }),
      others: [node('h2', 12), node('h3', 13)],
      settings: { asNumber: 64512, mesh: true },
      peers: [
        peer({ peerSelector: 'all()' }),
        peer({ peerIP: '198.18.0.99:1790', asNumber: 65001 }),
        peer({
          peerIP: '198.18.0.98',
          asNumber: 65002,
          keepOriginalNextHop: true,
          numAllowedLocalASNumbers: 1,
          maxRestartTime: '30s',
        }),
      ],
    }),
  });
  test('is as it always was', () => {
    expect(text).toMatchSnapshot();
  });
  test('is one that BIRD takes', async (context) => {
    const file = join(await temporaryDirectory(), 'bird.conf');
    await writeFile(file, text);
    const checked = await run(['bird', '-p', '-c', file]).catch(() => undefined);
    if (checked === undefined) return context.skip('BIRD is not installed (apt-get install bird2)');
    expect(checked.stderr).toBe('');
    expect(checked.status).toBe(0);
  });
});
