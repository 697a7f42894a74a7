/** `npm run demo` as a person runs it: what it shows, and that the machine is afterwards as it was. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/host/process.ts';
import { whyNoLab } from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: the demo: ${reason}`);

const root = join(import.meta.dirname, '../..');

describe.skipIf(reason !== undefined)('the demo', () => {
  test('does the main job and puts everything back', async () => {
    const { stdout } = await run([process.execPath, join(root, 'scripts/demo.mjs')], { timeout: 110_000 });
    for (const shown of [
      /brooklyn\.catalog|services:/,
      /hello from the demo/,
      /guestbook_default: driver clocker, IPAM clocker, subnet 10\.192\./,
      /web +running +demo +10\.192\.[\d.]+ +8080->80 +http:\/\//,
      /All agree/,
      /No container, network, volume, image or interface of it is left/,
      /This machine is as it was/,
    ])
      expect(stdout).toMatch(shown);
  });

  test('says what it can be asked', async () => {
    const { stdout, status } = await run([process.execPath, join(root, 'scripts/demo.mjs'), '--hosts', '12']);
    expect([status, stdout]).toEqual([1, expect.stringMatching(/--hosts 12: give a number from 1 to 9/)]);
  });
});
