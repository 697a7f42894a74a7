/** The API of a daemon, and what it deploys on a real engine. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, startClocker, whyNoLab, withDump, type Clocker, type Lab } from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: deployment: ${reason}`);

describe.skipIf(reason !== undefined)('the daemon', () => {
  let lab: Lab;
  let clocker: Clocker;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    clocker = await startClocker(lab.host('h1'));
  });
  afterAll(() => lab.close());

  const get = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const outgoing = request({ socketPath: clocker.api, path, headers: { host: 'clocker' } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });

  test('answers on its socket', () =>
    withDump(lab, async () => {
      await expect.poll(() => get('/healthz').catch(String), { timeout: 5000 }).toBe('ok\n');
      expect(JSON.parse(await get('/v1/version'))).toMatchObject({ node: 'h1', engine: { reachable: true } });
      expect(await get('/metrics')).toContain('clocker_api_request_seconds_count{route="version",status="200"} 1');
    }));
});
