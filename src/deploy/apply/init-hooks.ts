/** Containers that run to their end before the real one starts, with its networks, volumes and environment. */
import { Fault } from '../../diagnostic/fault.ts';
import { printable } from '../../diagnostic/printable.ts';
import type { InitHook } from '../container/hooks.ts';
import { applicationLabel, entityLabel } from '../labels.ts';
import { creationBody } from './creation.ts';
import type { Creation } from './creation.ts';
import { pullImage, requireImage } from './images.ts';
import { lastLines } from './last-lines.ts';
import type { Tools } from './tools.ts';

const lookAgain = 1000;

export async function runInitHooks(creation: Creation, tools: Tools): Promise<void> {
  const { number = 1 } = creation.wanted.instance;
  for (const [index, hook] of creation.wanted.preStart.entries()) {
    if (hook.perReplica || number === 1) await runInitHook(hook, index, creation, tools);
  }
}

async function runInitHook(hook: InitHook, index: number, creation: Creation, tools: Tools): Promise<void> {
  const { engine, signal } = tools;
  const { wanted, application } = creation;
  const imageId = hook.image === undefined ? creation.imageId : await otherImage(hook.image, tools);
  const name = `${wanted.name}-pre-start-${index + 1}`;
  await engine.removeContainer(name);
  const id = await engine.createContainer(name, wanted.image.platform, hookBody(hook, { ...creation, imageId }));
  try {
    await engine.startContainer(id);
    for (;;) {
      const container = await engine.container(id);
      if (container === undefined || (!container.running && container.state !== 'created')) {
        if (container?.exitCode === 0) return;
        const output = await lastLines(engine, id, container?.tty ?? false);
        throw new Fault(
          'command-failed',
          `${printable(hook.command.join(' '), 200)}, run before ${wanted.name} starts, ended with exit code ${container?.exitCode ?? 'unknown'}: ${output}`,
        );
      }
      await tools.untilNews(lookAgain, signal);
      signal.throwIfAborted();
    }
  } finally {
    await engine.removeContainer(id);
  }

  function hookBody({ command, user, workingDir, privileged, environment }: InitHook, own: Creation) {
    const body = creationBody({ ...own, wanted: withoutPorts(own) }, []);
    const host = typeof body['HostConfig'] === 'object' && body['HostConfig'] !== null ? body['HostConfig'] : {};
    const known = Array.isArray(body['Env']) ? (body['Env'] as readonly unknown[]) : [];
    return {
      ...body,
      Cmd: command,
      Entrypoint: [],
      Healthcheck: { Test: ['NONE'] },
      Env: [...known, ...environment],
      Labels: { [applicationLabel]: application, [entityLabel]: `${wanted.instance.id}~pre-start` },
      ...(user === undefined ? {} : { User: user }),
      ...(workingDir === undefined ? {} : { WorkingDir: workingDir }),
      HostConfig: {
        ...host,
        PortBindings: {},
        RestartPolicy: { Name: 'no' },
        ...(privileged ? { Privileged: true } : {}),
      },
    };
  }
}

/** Its addresses and aliases are the real one's alone. */
const withoutPorts = ({ wanted }: Creation) => ({
  ...wanted,
  attachments: wanted.attachments.slice(0, 1).map(({ network }) => ({
    network,
    aliases: [],
    links: [],
    linkLocal: [],
    driverOptions: {},
  })),
});

async function otherImage(reference: string, tools: Tools): Promise<string> {
  const image = { reference, pull: { kind: 'missing' } } as const;
  if ((await tools.engine.image(reference)) === undefined) await pullImage(image, tools);
  return requireImage(image, tools);
}
