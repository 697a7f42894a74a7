/**
 * From any language to the model, and from there to any other: the one entry for commands and server. Languages are
 * loaded when they are asked for, so that a conversion loads no more than it needs.
 */
import type { Checked } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Application } from '../model/entity.ts';
import type { Value } from '../model/value.ts';
import type { Language } from './detect.ts';
import type { Explained } from './explain.ts';
import { languageOf } from './language.ts';
import { nobody, textsOf } from './nobody.ts';
import { renderDocument, valueOfRenderable } from './render.ts';
import type { ConvertRequest, Converted, Document, ReadRequest, ReadResult, Target } from './request.ts';
import type { Judged } from './tosca.ts';

export { detectLanguage } from './detect.ts';
export type { Language } from './detect.ts';
export { detectedLanguage } from './language.ts';
export type { Explanation } from './explain.ts';
export { convertProblems } from './problems.ts';
export { targets } from './request.ts';
export type {
  ComposeSettings,
  ConvertRequest,
  Converted,
  Document,
  ReadRequest,
  ReadResult,
  Target,
  ToscaSettings,
} from './request.ts';

/** A template, checked and no more. */
export const judgeTemplate = async (request: ReadRequest): Promise<Judged> =>
  (await import('./tosca.ts')).judgeTemplate(request);

/** Where a value came from. */
export const explain = async (request: ReadRequest, path: string): Promise<Explained> =>
  (await import('./explain.ts')).explain(request, path);

/** A file with values of inputs. */
export const parseInputs = async (document: Document): Promise<Checked<ReadonlyMap<string, Value>>> =>
  (await import('./inputs.ts')).parseInputs(document);

/** Documents as an application, for deploying it or for another language. With errors it is not to be used. */
export async function readApplication(request: ReadRequest): Promise<ReadResult> {
  const { value: language, problems } = languageOf(request);
  if (language === undefined) return { language, application: nobody, problems, report: [], sources: textsOf(request) };
  const read = await readers[language](request);
  return { language, ...read };
}

type Reader = (request: ReadRequest) => Promise<Omit<ReadResult, 'language'>>;

const readers = {
  compose: async (request) => {
    const compose = await import('./compose.ts');
    // What an env file holds is for the one who deploys to read: it may be secret, and it may change.
    const { value: project, problems } = compose.load(request, { resolveEnv: false });
    if (project === undefined) return { application: nobody, problems, report: [], sources: textsOf(request) };
    const linted = compose.withLint(problems, project);
    if (hasErrors(problems)) return { application: nobody, problems: linted, report: [], sources: project.sources };
    const model = compose.toModel(project);
    const report = compose.accountProject(project, request, model.report);
    const found = [...linted, ...model.problems];
    return {
      application: model.value,
      problems: found,
      report,
      sources: project.sources,
      environment: project.environment,
    };
  },
  blueprint: async (request) => {
    const { readBlueprint } = await import('../blueprint/index.ts');
    const [document] = request.documents;
    const { value, problems } = readBlueprint(document?.text ?? '', document?.path ?? '');
    return { application: value, problems, report: [], sources: textsOf(request) };
  },
  tosca: async (request) => {
    const { readTemplate } = await import('./tosca.ts');
    return readTemplate(request);
  },
} as const satisfies Record<Language, Reader>;

/** The text in the other language. With errors there is none. */
export async function convert(request: ConvertRequest): Promise<Converted> {
  const { value: language, problems } = languageOf(request);
  const sources = textsOf(request);
  if (language === undefined) return { language, text: '', problems, report: [], sources };
  if (request.into !== undefined) return convertInto({ ...request, from: language }, request.into);
  if (language === 'compose' && (request.to === 'compose' || request.to === 'stack')) {
    const { convertCompose } = await import('./from-compose.ts');
    return { language, ...convertCompose(request, request.to) };
  }
  if (request.upgrade === true) {
    const { upgrade } = await import('./upgrade.ts');
    return { language, ...(await upgrade(request, language)) };
  }
  const read = await readApplication({ ...request, from: language });
  if (hasErrors(read.problems)) return { ...read, text: '' };
  const written = await writers[request.to](read.application, request);
  const report = language === 'compose' ? await withLosses(read, written.report) : read.report;
  return {
    language,
    text: renderDocument(written.value, request.format ?? 'yaml'),
    problems: read.problems,
    report: [...report, ...written.report],
    sources: read.sources,
  };
}

async function convertInto(request: ConvertRequest, into: Document): Promise<Converted> {
  const read = await readApplication(request);
  const sources = new Map([...read.sources, [into.path, into.text]]);
  if (hasErrors(read.problems)) return { ...read, sources, text: '' };
  const { writeInto } = await import('./into.ts');
  const { applicationToCompose } = await import('./to-compose.ts');
  const wanted = applicationToCompose(read.application);
  const { value, problems } = writeInto(into, wanted.value, request);
  return {
    language: read.language,
    text: hasErrors(problems) ? '' : value.text,
    changes: value.changes,
    problems: [...read.problems, ...problems],
    report: [...read.report, ...wanted.report],
    sources,
  };
}

/** Of what a writer could not say, the leaves of the compose file it stood in. */
async function withLosses({ report, sources }: ReadResult, written: Report): Promise<Report> {
  if (written.length === 0) return report;
  const { spreadLosses } = await import('./lost-keys.ts');
  return spreadLosses(report, written, ({ at }) =>
    at === undefined ? '' : (sources.get(at.file)?.slice(at.start.offset, at.end.offset) ?? ''),
  );
}

type Written = { readonly value: Value; readonly report: Report };
type Writer = (application: Application, request: ConvertRequest) => Promise<Written>;

const writers = {
  blueprint: async (application) => {
    const { renderApplication } = await import('../blueprint/index.ts');
    return { value: valueOfRenderable(renderApplication(application)), report: [] };
  },
  compose: async (application) => {
    const { applicationToCompose } = await import('./to-compose.ts');
    return applicationToCompose(application);
  },
  stack: async (application, { stackVersion }) => {
    const { applicationToStack } = await import('./to-compose.ts');
    return applicationToStack(application, stackVersion === 'earliest');
  },
  tosca: async (application, { toscaVersion = '2.0' }) => {
    const { writeTemplate } = await import('../tosca/index.ts');
    return writeTemplate(application, toscaVersion);
  },
} as const satisfies Record<Target, Writer>;
