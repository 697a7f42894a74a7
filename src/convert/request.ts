/** What converting takes and gives. */
import type { ComposeFlags } from '../compose/project.ts';
import type { Problem } from '../diagnostic/problem.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Files } from '../document/files.ts';
import type { Application } from '../model/entity.ts';
import type { Language } from './detect.ts';

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
};

/** Docker Compose's own options, with the same meaning. */
export type ComposeSettings = {
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly envFiles?: readonly string[];
  readonly profiles?: readonly string[];
  readonly flags?: Partial<ComposeFlags>;
};

export const targets = ['blueprint', 'compose', 'stack'] as const;
export type Target = (typeof targets)[number];

export type ConvertRequest = ReadRequest & {
  readonly to: Target;
  readonly format?: 'yaml' | 'json';
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
};

export type Converted = {
  readonly language: Language | undefined;
  /** Empty when there are errors. */
  readonly text: string;
  readonly problems: readonly Problem[];
  /** A line for each leaf of the input. */
  readonly report: Report;
  readonly sources: ReadonlyMap<string, string>;
};
