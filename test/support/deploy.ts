/** Deploying as a client does: what the application refers to is read here and handed over with it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { renderBlueprint } from '../../src/blueprint/index.ts';
import type { Client } from '../../src/client/index.ts';
import { readApplication } from '../../src/convert/index.ts';
import { neededBy } from '../../src/deploy/index.ts';
import { hasErrors } from '../../src/diagnostic/problem.ts';
import { defaultMaxBytes, filesOfHost } from '../../src/host/files.ts';
import { run } from '../../src/host/process.ts';
import type { TaskEventView, TaskView } from '../../src/api/index.ts';
import type { DeployBody } from '../../src/api/index.ts';

export type Deployed = { readonly task: TaskView; readonly events: readonly TaskEventView[] };

/** `directory`/compose.yml, with what it needs. */
export async function readyToDeploy(client: Client, directory: string, name: string): Promise<DeployBody> {
  const path = resolve(directory, 'compose.yml');
  const { application, problems } = await readApplication({
    documents: [{ path, text: await readFile(path, 'utf8') }],
    disk: filesOfHost(defaultMaxBytes),
    currentDirectory: directory,
    environment: new Map(),
    compose: { projectName: name },
  });
  if (hasErrors(problems)) throw new Error(JSON.stringify(problems));
  const needs = neededBy(application);
  const contexts: Record<string, string> = {};
  for (const { key, folder } of needs.contexts)
    contexts[key] = await upload(client, await tarOf(resolve(directory, folder)));
  const files: Record<string, string> = {};
  for (const file of needs.files) files[file] = (await readFile(resolve(directory, file))).toString('base64');
  const variables: Record<string, Record<string, string>> = {};
  for (const { path: file } of needs.variables)
    variables[file] = variablesIn(await readFile(resolve(directory, file), 'utf8'));
  return { name, text: renderBlueprint(application), language: 'blueprint', materials: { contexts, files, variables } };
}

const variablesIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return name === '' ? [] : [[name, value]];
    }),
  );

async function tarOf(folder: string): Promise<Buffer> {
  const archive = `${folder}/../${basename(folder)}.tar`;
  const made = await run(['tar', '-C', folder, '--sort=name', '--mtime=@0', '-cf', archive, '.']);
  if (made.status !== 0) throw new Error(made.stderr);
  return readFile(archive);
}

export async function upload(client: Client, bytes: Buffer): Promise<string> {
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (!(await client.has(digest)))
    await client.call('putContext', { params: { digest }, bytes: Readable.from([bytes]) });
  return digest;
}

/** Resolves when the task has ended, however it did. */
export async function follow(client: Client, task: string): Promise<Deployed> {
  const events: TaskEventView[] = [];
  for await (const event of await client.call('followTask', { params: { task } })) events.push(event);
  return { task: await client.call('getTask', { params: { task } }), events };
}

export async function deploy(client: Client, body: DeployBody): Promise<Deployed> {
  const { task } = await client.call('deploy', { body });
  return follow(client, task);
}

/** `create container guestbook-web-1` */
export const doneIn = ({ events }: Deployed): readonly string[] =>
  events.flatMap(({ kind, change }) =>
    kind === 'done' && change !== undefined ? `${change.action} ${change.kind} ${change.name}` : [],
  );
