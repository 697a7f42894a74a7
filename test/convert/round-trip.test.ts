/** Compose -> blueprint -> Compose: the same project, and edits made in the blueprint come back. */
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { convert } from '../../src/convert/index.ts';
import { cases, requestFor } from './corpus.ts';
import { edits, isService } from './edits.ts';
import type { Blueprint } from './edits.ts';

type Project = {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

async function normalForm(file: string, text?: string): Promise<Project> {
  const documents = text === undefined ? {} : { documents: [{ path: 'compose.yaml', text }] };
  const { text: json, problems } = await convert(requestFor(file, 'compose', { format: 'json', ...documents }));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return JSON.parse(json) as Project;
}

const toBlueprint = async (file: string): Promise<string> => (await convert(requestFor(file, 'blueprint'))).text;

async function toCompose(file: string, blueprint: string): Promise<string> {
  const documents = [{ path: 'blueprint.yaml', text: blueprint }];
  return (await convert(requestFor(file, 'compose', { documents }))).text;
}

describe.skipIf(cases.length === 0)('the same project', () => {
  test.each(cases)('$name', async ({ file }) => {
    const again = await toCompose(file, await toBlueprint(file));
    expect(await normalForm(file, again)).toEqual(await normalForm(file));
  });
});

/** Every fifth file: more than sixty of all sets, which have services of all kinds. */
const chosen = cases.filter((_case, index) => index % 5 === 0);

describe.skipIf(cases.length === 0).each(Object.entries(edits))(
  'an edit of the %s comes back',
  (_what, { edit, expected }) => {
    test.each(chosen)('$name', async ({ file }) => {
      const text = await toBlueprint(file);
      const blueprint = parse(text) as Blueprint;
      const [first, second] = blueprint.services.filter(isService);
      if (first === undefined) return;
      const { services: before } = parse(await toCompose(file, text)) as Project;
      edit(first, second ?? first);
      const { services: after } = parse(await toCompose(file, stringify(blueprint))) as Project;
      expect(after[first.id]).toMatchObject(expected(second ?? first, before[first.id] ?? {}));
      // What was not edited is as it was.
      expect({ ...after, [first.id]: before[first.id] }).toEqual(before);
    });
  },
);
