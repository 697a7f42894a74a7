/** Carrying out the change of one container. A replacement that fails puts the old one back. */
import { Fault } from '../../diagnostic/fault.ts';
import type { Change } from '../change.ts';
import { createContainer, markOf, startContainer } from './create-container.ts';
import type { Creation } from './creation.ts';
import { runHooks } from './hooks.ts';
import type { Tools } from './tools.ts';

export type ContainerChange = Extract<
  Change,
  { readonly kind: 'create-container' | 'replace-container' | 'start-container' }
>;

export type ContainerContext = { readonly application: string; readonly imageId: string };

/** Answers the id of the container that is there now. */
export async function applyContainerChange(
  change: ContainerChange,
  context: ContainerContext,
  tools: Tools,
): Promise<string> {
  const creation: Creation = { ...context, wanted: change.wanted };
  switch (change.kind) {
    case 'create-container':
      return createAndStart(creation, tools);
    case 'replace-container':
      return replace(change.id, creation, tools);
    case 'start-container':
      await startContainer(change.id, creation, tools);
      return change.id;
  }
}

async function createAndStart(creation: Creation, tools: Tools): Promise<string> {
  await refuseTakenName(creation.wanted.name, tools);
  const id = await createContainer(creation, tools);
  try {
    await startContainer(id, creation, tools);
  } catch (error) {
    await tools.engine.removeContainer(id).catch(() => undefined);
    throw error;
  }
  return id;
}

async function refuseTakenName(name: string, { engine }: Tools): Promise<void> {
  const other = await engine.container(name);
  if (other === undefined) return;
  throw new Fault('docker-refused', `There is a container called ${name} already, and it is not this application's.`, {
    hint: `Remove it (docker rm -f ${name}) or rename it (docker rename), or give yours another name.`,
  });
}

/**
 * The new one is made before the old one is touched, so that what the engine refuses costs nothing. Only then the old one
 * makes room (ports and fixed addresses allow but one), and it is kept until the new one runs.
 */
async function replace(oldId: string, creation: Creation, tools: Tools): Promise<string> {
  const { engine } = tools;
  const { wanted } = creation;
  const old = await engine.container(oldId);
  const usual = `${wanted.name}-new-${markOf(wanted)}`;
  // A replacement that was cut off may have left the one to be replaced under this very name.
  const temporaryName = old?.name === usual ? `${usual}-again` : usual;
  await engine.removeContainer(temporaryName);
  const id = await createContainer({ ...creation, temporaryName }, tools);
  const oldName = `${wanted.name}-old-${oldId.slice(0, 8)}`;
  try {
    if (old?.running === true) await runHooks(oldId, wanted.preStop, 'before it stops', tools);
    await engine.stopContainer(oldId, undefined);
    if (old !== undefined && old.name !== oldName) await engine.renameContainer(oldId, oldName);
    await engine.renameContainer(id, wanted.name);
    await startContainer(id, creation, tools);
  } catch (error) {
    await putBack({ id, oldId, name: old?.name ?? wanted.name, wasRunning: old?.running === true }, tools);
    throw error;
  }
  await engine.removeContainer(oldId);
  return id;
}

type Attempt = { readonly id: string; readonly oldId: string; readonly name: string; readonly wasRunning: boolean };

async function putBack({ id, oldId, name, wasRunning }: Attempt, { engine, progress }: Tools): Promise<void> {
  try {
    await engine.removeContainer(id);
    const old = await engine.container(oldId);
    if (old === undefined) return;
    if (old.name !== name) await engine.renameContainer(oldId, name);
    if (wasRunning && !old.running) await engine.startContainer(oldId);
    progress({ kind: 'warning', message: `The new ${name} did not start; the old one runs again.` });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    progress({ kind: 'warning', message: `The old ${name} could not be put back: ${why}` });
  }
}
