import { expect, test } from 'vitest';
import { decodeNetwork } from '../../../src/model/network/decode.ts';
import { renderJson } from '../../../src/model/network/json.ts';
import { networkKey } from '../../../src/model/network/keys.ts';
import { createNetwork, networkId, serveNetworks, withAddress } from '../network/served.ts';

const firstId = 'a1'.padEnd(64, '0');

test('a network whose name another one had first takes no endpoint, and says which has it', async () => {
  const host = await serveNetworks();
  await host.ok('NetworkDriver.CreateNetwork', {
    ...createNetwork(),
    NetworkID: firstId,
    IPv4Data: [{ AddressSpace: 'clockerLocal', Pool: '198.19.77.0/24', Gateway: '0.0.0.0/0' }],
  });
  await host.ok('NetworkDriver.CreateNetwork', createNetwork());
  const name = async (id: string, createdBy: string): Promise<void> => {
    const key = networkKey(id);
    const network = decodeNetwork((await host.store.get(key))?.value ?? '');
    await host.store.transact([], [{ op: 'put', key, value: renderJson({ ...network, name: 'app', createdBy }) }]);
  };
  await name(networkId, 'host1');
  await name(firstId, 'host2');
  await expect
    .poll(() => host.refused('NetworkDriver.CreateEndpoint', withAddress(5)))
    .toMatch(
      /^The network app of host1 has the name of one that host2 made before \(a10{10}\)\. Remove the containers/,
    );
});
