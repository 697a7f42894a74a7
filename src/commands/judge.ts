/** What `validate` finds of documents. */
import { isFault } from '../diagnostic/fault.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import type { Problem } from '../diagnostic/problem.ts';
import type { ReadRequest } from '../convert/index.ts';
import { readDocuments } from './input.ts';
import type { DocumentFlags } from './input.ts';

export type Judgement = {
  readonly language: string | undefined;
  readonly verdict: 'valid' | 'invalid' | 'cannot-act' | 'unreadable';
  readonly problems: readonly Problem[];
  readonly sources: ReadonlyMap<string, string>;
};

export async function judgeFiles(files: readonly string[], flags: DocumentFlags): Promise<Judgement> {
  try {
    return await judgeRequest(await readDocuments(files, flags));
  } catch (error) {
    if (!isFault(error, 'file-unreadable')) throw error;
    const problem: Problem = { code: error.code, severity: 'error', message: error.message };
    return { language: undefined, verdict: 'unreadable', problems: [problem], sources: new Map() };
  }
}

export async function judgeRequest(request: ReadRequest): Promise<Judgement> {
  const { detectedLanguage, judgeTemplate, readApplication } = await import('../convert/index.ts');
  const [document] = request.documents;
  const isArchive = request.tosca?.archive !== undefined;
  const language =
    request.from ?? (isArchive ? 'tosca' : document === undefined ? undefined : detectedLanguage(document));
  if (language === 'tosca' && document !== undefined) return { language, ...(await judgeTemplate(request)) };
  const read = await readApplication(language === undefined ? request : { ...request, from: language });
  return { ...read, verdict: hasErrors(read.problems) ? 'invalid' : 'valid' };
}
