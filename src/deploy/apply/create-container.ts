/** Making one container and starting it, with what comes before and after. */
import { Fault } from '../../diagnostic/fault.ts';
import type { WantedContainer } from '../container/desired.ts';
import { endpointFields } from '../container/attachments.ts';
import type { WantedFile } from '../container/files.ts';
import { hostsSoftware } from '../software.ts';
import { archiveOf } from './archive.ts';
import { creationBody, isReadOnly } from './creation.ts';
import type { Creation } from './creation.ts';
import { runHooks } from './hooks.ts';
import { runInitHooks } from './init-hooks.ts';
import type { HooksRun, Tools } from './tools.ts';

/** Answers its id. What fails leaves no container behind. */
export async function createContainer(creation: Creation, tools: Tools): Promise<string> {
  const { wanted, temporaryName, application } = creation;
  const { engine } = tools;
  const binds = isReadOnly(wanted) ? await keepFiles(application, wanted, tools) : [];
  const body = creationBody(creation, binds);
  const id = await engine.createContainer(temporaryName ?? wanted.name, wanted.image.platform, body);
  try {
    for (const attachment of wanted.attachments.slice(1))
      await engine.connectNetwork(attachment.network, id, endpointFields(attachment));
    if (wanted.files.length > 0 && !isReadOnly(wanted)) await engine.putArchive(id, '/', archiveOf(wanted.files));
  } catch (error) {
    await engine.removeContainer(id).catch(() => undefined);
    throw error;
  }
  return id;
}

/** A read-only file system can't be written to before it starts either, so its files are bound from the host. */
const keepFiles = (application: string, wanted: WantedContainer, tools: Tools): Promise<readonly string[]> =>
  Promise.all(
    wanted.files.map(async ({ target, ...file }: WantedFile) => {
      const path = await tools.keepFile({ application, instance: wanted.instance.id, ...file });
      return `${path}:${target}:ro`;
    }),
  );

/**
 * Starts it, or, where a start was cut off with the container running, does the rest. Each hook runs at least once: one that
 * was cut off runs again.
 */
export async function startContainer(id: string, creation: Creation, tools: Tools): Promise<void> {
  const { wanted, application } = creation;
  const { hooks } = tools;
  const { id: instance } = wanted.instance;
  const begun = await unfinishedHooks(id, creation, tools);
  if (begun === undefined) {
    await runInitHooks(creation, tools);
    // Before the start, so that no moment is left in which nobody knows that there are any to run.
    if (wanted.postStart.length > 0) await hooks.write(application, instance, { container: id, done: 0 });
    try {
      await tools.engine.startContainer(id);
    } catch (error) {
      throw startFailure(wanted, error);
    }
  }
  for (const [index, hook] of wanted.postStart.entries()) {
    if (index < (begun?.done ?? 0)) continue;
    await runHooks(id, [hook], 'after it started', tools);
    await hooks.write(application, instance, { container: id, done: index + 1 });
  }
  if (wanted.postStart.length === 0) return;
  const container = hostsSoftware(wanted.instance.entity) ? await tools.engine.container(id) : undefined;
  const { startedAt } = container ?? {};
  const finished = startedAt === undefined ? undefined : { container: id, done: wanted.postStart.length, startedAt };
  await hooks.write(application, instance, finished);
}

/**
 * Of a container that runs and whose hooks were cut off: how far they had come. Of one that the engine restarted since they
 * had all run: none has, for the software they started went with its last run.
 */
export async function unfinishedHooks(
  id: string,
  { wanted, application }: Pick<Creation, 'wanted' | 'application'>,
  { hooks, engine }: Pick<Tools, 'hooks' | 'engine'>,
): Promise<HooksRun | undefined> {
  if (wanted.postStart.length === 0) return undefined;
  const run = await hooks.read(application, wanted.instance.id);
  if (run?.container !== id) return undefined;
  const container = await engine.container(id);
  if (container?.running !== true) return undefined;
  if (run.startedAt === undefined) return run;
  return run.startedAt === container.startedAt ? undefined : { container: id, done: 0 };
}

const portTaken = /port is already allocated|address already in use/i;

function startFailure(wanted: WantedContainer, error: unknown): unknown {
  if (!(error instanceof Fault) || error.code !== 'docker-refused') return error;
  const reason = error.message.replace(/^Docker refused [^:]*: /, '');
  const code = portTaken.test(reason) ? 'port-taken' : 'docker-refused';
  return new Fault(code, `${wanted.name} could not be started: ${reason}`, { cause: error });
}
