/** Which language documents are in: what the caller says, or what the top of the first one does. */
import type { Checked, Problem, Span } from '../diagnostic/problem.ts';
import { parseDocuments } from '../document/parse.ts';
import { detectLanguage } from './detect.ts';
import type { Language } from './detect.ts';
import { convertProblem } from './problems.ts';
import type { Document, ReadRequest } from './request.ts';

export function languageOf({ from, documents, opened, tosca }: ReadRequest): Checked<Language | undefined> {
  const [first, second] = documents;
  if (first === undefined && opened !== undefined) return { value: undefined, problems: opened };
  if (first === undefined) return failed(convertProblem('documents-none', 'No document is given.'));
  const language = from ?? (tosca?.archive === undefined ? detectedLanguage(first) : 'tosca');
  if (language === undefined) {
    const hint = 'Say which with --from compose|tosca|blueprint.';
    return failed(
      convertProblem('language-unknown', `Nothing tells what language ${first.path} is in.`, {
        hint,
        at: startOf(first),
      }),
    );
  }
  if (second === undefined || language === 'compose') return { value: language, problems: [] };
  return failed(
    convertProblem('documents-several', `${second.path}: only one ${language} document is read at a time.`),
  );
}

const startOf = ({ path: file }: Document): Span => {
  const start = { offset: 0, line: 1, column: 1 };
  return { file, start, end: start };
};

const failed = (problem: Problem): Checked<undefined> => ({ value: undefined, problems: [problem] });

/** A text that is not YAML is left to the reader of whatever it looks like, so that its errors are told. */
export function detectedLanguage({ path, text }: Document): Language | undefined {
  if (saysTosca.test(text)) return 'tosca';
  const [root] = parseDocuments(text, path, { schema: 'core' }).value;
  const found = root && detectLanguage(root)?.language;
  return found ?? (/(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/.test(path) ? 'compose' : undefined);
}

/** Said at the top, nothing but a template can be meant; found without reading the text as YAML, which it may not be. */
const saysTosca = /^(?:tosca_definitions_version|"tosca_definitions_version")[ \t]*:/m;
