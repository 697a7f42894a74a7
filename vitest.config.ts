import { defineConfig } from 'vitest/config';
import { profilesForVite } from './scripts/profile-module.mjs';
import { substitutionsForVite } from './scripts/substitute.mjs';

/** Live tests start real engines: one file at a time, generous time limits, in order of file name. */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [profilesForVite, substitutionsForVite],
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/live/**', 'test/golden/**'],
          sequence: { shuffle: true },
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        plugins: [profilesForVite, substitutionsForVite],
        test: { name: 'golden', include: ['test/golden/**/*.test.ts'], isolate: false, testTimeout: 120_000 },
      },
      {
        plugins: [profilesForVite, substitutionsForVite],
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          globalSetup: ['test/support/live-setup.ts'],
          setupFiles: ['test/support/end-with-parent.ts'],
          fileParallelism: false,
          // Of tests that say they may run beside each other, since they mostly wait: as many as two cores carry.
          maxConcurrency: 4,
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // A state that comes late on a busy machine has come; what has to come in time is measured.
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
