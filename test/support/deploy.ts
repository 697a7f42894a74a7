/** Deploying as a client does: what the application refers to is read here and handed over with it. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { renderBlueprint } from '../../src/blueprint/index.ts';
import { packContext, type Client, type ContextFolder } from '../../src/client/index.ts';
import { readApplication } from '../../src/convert/index.ts';
import { neededBy } from '../../src/deploy/index.ts';
import { hasErrors } from '../../src/diagnostic/problem.ts';
import { defaultMaxBytes, filesOfHost } from '../../src/host/files.ts';
import type { DeployBody, TaskEventView, TaskView } from '../../src/api/index.ts';

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
  for (const { key, folder, dockerfile, source } of needs.contexts) {
    const content = source?.kind === 'text' ? { content: source.text } : {};
    contexts[key] = await upload(client, { folder: resolve(directory, folder), dockerfile, ...content });
  }
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

async function upload(client: Client, folder: ContextFolder): Promise<string> {
  const context = await packContext(folder);
  const { digest } = context;
  if (!(await client.has(digest))) await client.call('putContext', { params: { digest }, bytes: await context.read() });
  await context.remove();
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
