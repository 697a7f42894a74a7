/** A BIRD of our own beside whatever else routes on this host: its own configuration, and its own control socket. */
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../diagnostic/fault.ts';
import { run } from './process.ts';

export type Bird = {
  isRunning(): Promise<boolean>;
  /** Checks the configuration, and has BIRD follow it; starts BIRD where it does not run. It outlives this process. */
  configure(text: string): Promise<void>;
  /** Its routes stay. */
  stop(): Promise<void>;
};

const success = /^(?:Reconfigured|Reconfiguration in progress|Shutdown)/m;

/** `directory`: of its files, absolute. */
export function birdIn(directory: string): Bird {
  const [file, socket, pid] = ['bird.conf', 'bird.ctl', 'bird.pid'].map((name) => join(directory, name));
  const [config, control] = [file ?? '', socket ?? ''];
  const isRunning = async (): Promise<boolean> =>
    existsSync(control) && (await run(['birdc', '-s', control, 'show', 'status'])).status === 0;

  return {
    isRunning,
    configure: async (text) => {
      await mkdir(directory, { recursive: true });
      const isAgain = existsSync(pid ?? '');
      const draft = `${config}.new`;
      // It may hold passwords of peers.
      await writeFile(draft, text, { mode: 0o600 });
      const checked = await run(['bird', '-p', '-c', draft]);
      if (checked.status !== 0)
        throw new Fault(
          'command-failed',
          `BIRD does not take its configuration: ${checked.stderr.trim().slice(0, 500)}`,
        );
      await rename(draft, config);
      if (await isRunning()) {
        const { status, stdout, stderr } = await run(['birdc', '-s', control, 'configure']);
        if (status === 0 && success.test(stdout)) return;
        throw new Fault(
          'command-failed',
          `BIRD did not take its new configuration: ${`${stdout}${stderr}`.trim().slice(-500)}`,
          {
            transient: true,
          },
        );
      }
      // One that died had routes in the kernel, which a new one would take away before it has learned them again.
      const started = await run(['bird', ...(isAgain ? ['-R'] : []), '-c', config, '-s', control, '-P', pid ?? '']);
      if (started.status !== 0)
        throw new Fault('command-failed', `BIRD can't be started: ${started.stderr.trim().slice(0, 500)}`, {
          transient: true,
        });
    },
    stop: async () => {
      if (await isRunning()) await run(['birdc', '-s', control, 'down']);
    },
  };
}
