/** What converting takes and gives. */
import type { ComposeFlags } from '../compose/project.ts';
import type { Problem } from '../diagnostic/problem.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Files } from '../document/files.ts';
import type { Application } from '../model/entity.ts';
import type { Value } from '../model/value.ts';
import type { Archive, Verdict, WrittenVersion } from '../tosca/index.ts';
import type { Language } from './detect.ts';
import type { Change } from './into.ts';

export type Document = { readonly path: string; readonly text: string };

export type ReadRequest = {
  /** In the order given. Several compose files are merged; of other languages there is one. */
  readonly documents: readonly Document[];
  /** Everything else that is read: what the documents include, import and refer to. */
  readonly disk: Files;
  /** Absolute. */
  readonly currentDirectory: string;
  /** Of the process. */
  readonly environment: ReadonlyMap<string, string>;
  /** Found out from the first document unless given. */
  readonly from?: Language;
  readonly compose?: ComposeSettings;
  readonly tosca?: ToscaSettings;
  /** What was wrong with an archive while it was opened; without a document that is all there is to tell. */
  readonly opened?: readonly Problem[];
};

/** Docker Compose's own options, with the same meaning. */
export type ComposeSettings = {
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly envFiles?: readonly string[];
  readonly profiles?: readonly string[];
  readonly flags?: Partial<ComposeFlags>;
};

/** What templates are read with. */
export type ToscaSettings = {
  /** The archive, or unpacked one, the document is the template of; `disk` is then its files. */
  readonly archive?: Archive;
  /** URL, or beginning of URLs, or name of a profile -> path. */
  readonly maps?: ReadonlyMap<string, string>;
  /** Fetches what is imported from the network; without it nothing is. */
  readonly fetchText?: (url: string) => Promise<string | undefined>;
  /** Values of inputs, by name. Texts are read as what the input is declared to be. */
  readonly inputs?: ReadonlyMap<string, Value>;
  /** It is about to be deployed: every required input needs a value. */
  readonly requireInputs?: boolean;
  /** 1.x: the normative types are known without an import. True unless said. */
  readonly implicitTypes?: boolean;
};

export const targets = ['blueprint', 'compose', 'stack', 'tosca'] as const;
export type Target = (typeof targets)[number];

export type ConvertRequest = ReadRequest & {
  readonly to: Target;
  readonly format?: 'yaml' | 'json';
  /** A template of 1.x is rewritten as one of 2.0, instead of being translated. */
  readonly upgrade?: boolean;
  /** Of a template that is written; 2.0 unless said. */
  readonly toscaVersion?: WrittenVersion;
  /** Format of a stack file: as Docker reads the file, or the earliest that can say it all. */
  readonly stackVersion?: 'usual' | 'earliest';
  /** To compose: the file whose text is kept where nothing changed. */
  readonly into?: Document;
  /** Absolute folder the result is to stand in, which relative paths in it start from; the current one unless given. */
  readonly outputDirectory?: string;
};

export type ReadResult = {
  readonly language: Language | undefined;
  readonly application: Application;
  readonly problems: readonly Problem[];
  readonly report: Report;
  /** Texts read, by the name used in spans. */
  readonly sources: ReadonlyMap<string, string>;
  /** Of compose files: the process's variables and those of `.env`, which a variable without a value takes its own from. */
  readonly environment?: ReadonlyMap<string, string>;
  /** Of a template: whether it is right, or can't be judged. */
  readonly verdict?: Verdict;
};

export type Converted = {
  readonly language: Language | undefined;
  /** Empty when there are errors. */
  readonly text: string;
  readonly problems: readonly Problem[];
  /** A line for each leaf of the input. */
  readonly report: Report;
  readonly sources: ReadonlyMap<string, string>;
  /** What was changed in the file it was written into. */
  readonly changes?: readonly Change[];
};
