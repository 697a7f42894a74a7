/** Carrying out the change of one container. A replacement that fails puts the old one back. */
import { Fault } from '../../diagnostic/fault.ts';
import type { Change } from '../change.ts';
import type { WantedContainer } from '../container/desired.ts';
import { fixedPort } from '../container/ports.ts';
import { temporaryNameOf } from '../names.ts';
import type { UpdatePolicy } from '../update-policy.ts';
import { createContainer, startContainer } from './create-container.ts';
import type { Creation } from './creation.ts';
import { runHooks } from './hooks.ts';
import type { Tools } from './tools.ts';

export type ContainerChange = Extract<
  Change,
  { readonly kind: 'create-container' | 'replace-container' | 'start-container' }
>;

export type ContainerContext = {
  readonly application: string;
  readonly imageId: string;
  /** Of a replacement. */
  readonly update: {
    readonly order: UpdatePolicy['order'];
    /** Resolves when the new one is known to be well; until then the old one is kept. */
    readonly untilWell: (id: string) => Promise<void>;
  };
};

/** Answers the id of the container that is there now. */
export async function applyContainerChange(
  change: ContainerChange,
  context: ContainerContext,
  tools: Tools,
): Promise<string> {
  const { application, imageId } = context;
  const creation: Creation = { application, imageId, wanted: change.wanted };
  switch (change.kind) {
    case 'create-container':
      return createAndStart(creation, tools);
    case 'replace-container':
      return replace(change.id, creation, context.update, tools);
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
 * The new one is made before the old one is touched, so that what the engine refuses costs nothing. The old one is kept until
 * the new one is well: beside it where it is started first, or else stopped, because ports and fixed addresses allow but one.
 */
async function replace(
  oldId: string,
  creation: Creation,
  update: ContainerContext['update'],
  tools: Tools,
): Promise<string> {
  const { engine } = tools;
  const { wanted } = creation;
  const old = await engine.container(oldId);
  const usual = temporaryNameOf(wanted);
  // A replacement that was cut off may have left the one to be replaced under this very name.
  const temporaryName = old?.name === usual ? `${usual}-again` : usual;
  await engine.removeContainer(temporaryName);
  const id = await createContainer({ ...creation, temporaryName }, tools);
  const oldName = `${wanted.name}-old-${oldId.slice(0, 8)}`;
  const makeRoom = async (): Promise<void> => {
    if (old?.running === true) await runHooks(oldId, wanted.preStop, 'before it stops', tools);
    await engine.stopContainer(oldId, undefined);
    if (old !== undefined && old.name !== oldName) await engine.renameContainer(oldId, oldName);
    await engine.renameContainer(id, wanted.name);
  };
  const isBeside = update.order === 'start-first' && old?.running === true && mayOverlap(wanted);
  try {
    if (!isBeside) await makeRoom();
    await startContainer(id, creation, tools);
    await update.untilWell(id);
    if (isBeside) await makeRoom();
  } catch (error) {
    await putBack({ id, oldId, name: old?.name ?? wanted.name, wasRunning: old?.running === true }, tools);
    throw error;
  }
  await engine.removeContainer(oldId);
  return id;
}

/** Two of what has a port of the host, an address or a name of its own can't run at the same time. */
const mayOverlap = ({ published, attachments, body }: WantedContainer): boolean =>
  published.every((binding) => fixedPort(binding) === undefined) &&
  attachments.every(({ ipv4, ipv6, mac }) => ipv4 === undefined && ipv6 === undefined && mac === undefined) &&
  body['Hostname'] === undefined;

type Attempt = { readonly id: string; readonly oldId: string; readonly name: string; readonly wasRunning: boolean };

async function putBack({ id, oldId, name, wasRunning }: Attempt, { engine, progress }: Tools): Promise<void> {
  try {
    await engine.removeContainer(id);
    const old = await engine.container(oldId);
    if (old === undefined) return;
    if (old.name !== name) await engine.renameContainer(oldId, name);
    const isStarted = wasRunning && !old.running;
    if (isStarted) await engine.startContainer(oldId);
    const outcome = isStarted ? 'the old one runs again' : 'the old one is left as it was';
    progress({ kind: 'warning', message: `The new ${name} did not take its place; ${outcome}.` });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    progress({ kind: 'warning', message: `The old ${name} could not be put back: ${why}` });
  }
}
