/** Commands run inside a container around its life. */
import { Fault } from '../../diagnostic/fault.ts';
import { printable } from '../../diagnostic/printable.ts';
import type { Hook } from '../container/hooks.ts';
import type { Tools } from './tools.ts';

export async function runHooks(
  id: string,
  hooks: readonly Hook[],
  when: string,
  { engine, signal }: Pick<Tools, 'engine' | 'signal'>,
): Promise<void> {
  for (const hook of hooks) {
    const { command, user, workingDir, privileged, environment } = hook;
    const { exitCode, output } = await engine.exec(id, {
      command,
      privileged,
      environment,
      signal,
      ...(user === undefined ? {} : { user }),
      ...(workingDir === undefined ? {} : { workingDir }),
    });
    if (exitCode === 0) continue;
    throw new Fault(
      'command-failed',
      `The command ${printable(command.join(' '), 200)} run ${when} ended with exit code ${exitCode}: ${printable(output.trim(), 1000)}`,
    );
  }
}
