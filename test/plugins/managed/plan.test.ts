import { describe, expect, test } from 'vitest';
import { configBody, planConfigs, swarmBody, type EngineSide } from '../../../plugins/managed/plan.ts';
import type { SwarmNetwork } from '../../../src/model/network/swarm.ts';

const app2: SwarmNetwork = {
  name: 'app2',
  pools: [{ cidr: '198.19.40.0/22' }],
  options: { 'clocker.ports': 'routed' },
  labels: { team: 'a' },
  internal: true,
  createdBy: 'h1',
  createdAt: '2026-01-01T00:00:00.000Z',
};
const side = (name: string, more: Partial<EngineSide> = {}): EngineSide => ({
  id: `id-${name}`,
  name,
  scope: 'local',
  driver: 'bridge',
  labels: {},
  pools: [],
  ...more,
});
const config = side('app2.config', {
  driver: 'null',
  labels: { 'clocker.swarm': 'app2' },
  pools: [{ subnet: '198.19.40.0/22' }],
});
const nothing = { create: [], remove: [], networks: {} };

describe('configurations of an engine', () => {
  test.each([
    ['none wanted, none there', [], [], nothing],
    ['one whose pool is not held yet', [{ ...app2, pools: [] }], [], nothing],
    ['one is missing', [app2], [], { ...nothing, create: [app2] }],
    ['one is there', [app2], [config], { ...nothing, networks: { app2: '' } }],
    ['one is not wanted any more', [], [config, side('other')], { ...nothing, remove: ['id-app2.config'] }],
    [
      'one of another subnet is there',
      [{ ...app2, pools: [{ cidr: '198.19.44.0/22' }] }],
      [config],
      {
        ...nothing,
        remove: ['id-app2.config'],
        networks: { app2: 'an older configuration of that name is still in use' },
      },
    ],
    [
      'the name is taken by a bridge',
      [app2],
      [side('app2')],
      { ...nothing, networks: { app2: 'it has a network called app2 of the driver bridge' } },
    ],
    [
      'the name of the configuration is taken',
      [app2],
      [side('app2.config')],
      { ...nothing, networks: { app2: 'it has another network called app2.config' } },
    ],
    [
      'the network itself is there',
      [app2],
      [config, side('app2', { scope: 'swarm', driver: 'clocker:swarm' })],
      { ...nothing, networks: { app2: '' } },
    ],
  ])('%s', (_name, wanted, engine, plan) => {
    expect(planConfigs(wanted, engine)).toEqual(plan);
  });

  test('carry subnets and options, which Docker drops of the network itself', () => {
    expect(configBody(app2)).toMatchObject({
      Name: 'app2.config',
      ConfigOnly: true,
      Options: { 'clocker.ports': 'routed' },
      IPAM: {
        Driver: 'clocker:swarm',
        Options: { 'clocker.network': 'swarm.app2' },
        Config: [{ Subnet: '198.19.40.0/22' }],
      },
    });
    expect(swarmBody(app2)).toMatchObject({
      Name: 'app2',
      Scope: 'swarm',
      Internal: true,
      Labels: { team: 'a' },
      ConfigFrom: { Network: 'app2.config' },
    });
  });
});
