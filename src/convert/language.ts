/** Which language documents are in: what the caller says, or what the top of the first one does. */
import type { Checked, Problem } from '../diagnostic/problem.ts';
import { parseDocuments } from '../document/parse.ts';
import { detectLanguage } from './detect.ts';
import type { Language } from './detect.ts';
import { convertProblem } from './problems.ts';
import type { ReadRequest } from './request.ts';

export function languageOf({ from, documents }: ReadRequest): Checked<Language | undefined> {
  const [first, second] = documents;
  if (first === undefined) return failed(convertProblem('documents-none', 'No document is given.'));
  const language = from ?? detected(first);
  if (language === undefined) {
    const hint = 'Say which with --from compose|tosca|blueprint.';
    return failed(convertProblem('language-unknown', `${first.path}: nothing tells what language it is in.`, { hint }));
  }
  if (second === undefined || language === 'compose') return { value: language, problems: [] };
  return failed(
    convertProblem('documents-several', `${second.path}: only one ${language} document is read at a time.`),
  );
}

const failed = (problem: Problem): Checked<undefined> => ({ value: undefined, problems: [problem] });

/** A text that is not YAML is left to the reader of whatever it looks like, so that its errors are told. */
function detected({ path, text }: ReadRequest['documents'][number]): Language | undefined {
  const [root] = parseDocuments(text, path, { schema: 'core' }).value;
  const found = root && detectLanguage(root)?.language;
  return found ?? (/(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/.test(path) ? 'compose' : undefined);
}
