/** Text -> the root of a TOSCA file: YAML, version, and the grammar of every keyname. */
import type { Problem, Span } from '../../diagnostic/problem.ts';
import { hasErrors } from '../../diagnostic/problem.ts';
import type { MapNode, Node } from '../../document/node.ts';
import { entryOf, valueOf } from '../../document/node.ts';
import { parseDocument } from '../../document/parse.ts';
import { suggest } from '../../diagnostic/suggest.ts';
import { collectFindings } from '../findings.ts';
import { toscaProblem } from '../problems.ts';
import { checkConstruct } from '../structure/check.ts';
import { describe } from '../structure/describe.ts';
import { canonicalVersionNames, readVersion, versions } from '../version.ts';
import type { Version } from '../version.ts';
import { sectionFor } from '../sections.ts';

export type FileReading = {
  readonly root: MapNode | undefined;
  readonly version: Version | undefined;
  /** Written in a language we know and don't read. */
  readonly dialect: boolean;
  readonly problems: readonly Problem[];
};

export function readToscaFile(text: string, file: string): FileReading {
  const { value: root, problems: found } = parseDocument(text, file, { schema: 'core' });
  const problems = found.map((problem) => ownCode(problem, root));
  if (root.kind !== 'map') {
    // Broken YAML has been told already.
    const missing = hasErrors(problems) ? [] : [missingVersion(root)];
    return { root: undefined, version: undefined, dialect: false, problems: [...problems, ...missing] };
  }
  const header = checkHeader(root);
  problems.push(...header.problems);
  if (header.version === undefined) return { root, version: undefined, dialect: header.dialect, problems };
  const start = root.entries[0]?.key.span ?? root.span;
  checkConstruct(root, 'file', start, collectFindings(header.version, problems));
  return { root, version: header.version, dialect: false, problems };
}

/** OASIS's name for an unknown anchor; metadata decides nothing, so saying a thing twice there is only untidy. */
function ownCode(problem: Problem, root: Node): Problem {
  if (problem.code === 'yaml-alias-unknown') return { ...problem, code: 'UnknownDslDefinition' };
  const metadata = valueOf(root, 'metadata')?.span;
  const isHarmless = problem.code === 'yaml-duplicate-key' && problem.at !== undefined && metadata !== undefined;
  return isHarmless && isWithin(problem.at, metadata) ? { ...problem, severity: 'warning' } : problem;
}

const isWithin = (inner: Span | undefined, outer: Span): boolean =>
  inner !== undefined && inner.start.offset >= outer.start.offset && inner.end.offset <= outer.end.offset;

type Header = {
  readonly version: Version | undefined;
  readonly dialect: boolean;
  readonly problems: readonly Problem[];
};

function checkHeader(root: MapNode): Header {
  const entry = entryOf(root, 'tosca_definitions_version');
  if (entry === undefined) return { version: undefined, dialect: false, problems: [missingVersion(root)] };
  const at = entry.value.span;
  const name = entry.value.kind === 'scalar' && typeof entry.value.value === 'string' ? entry.value.value : undefined;
  const reading = name === undefined ? { kind: 'unknown' as const } : readVersion(name);
  if (reading.kind === 'dialect') {
    const message = `"${name ?? ''}" is ${reading.is}, which Clocker does not read.`;
    const problem = toscaProblem('UnsupportedDialect', message, at, { hint: reading.hint });
    return { version: undefined, dialect: true, problems: [problem] };
  }
  if (reading.kind === 'unknown') {
    const problem = toscaProblem('InvalidTOSCAVersion', `No version of TOSCA is called ${quoted(entry.value)}.`, at, {
      hint: hintForVersion(name),
    });
    return { version: undefined, dialect: false, problems: [problem] };
  }
  const { version } = reading;
  if (root.entries[0] === entry) return { version, dialect: false, problems: [] };
  const message = 'tosca_definitions_version has to be the first line, before everything but comments.';
  const late = toscaProblem('TOSCAVersionMustBeFirstLine', message, entry.key.span, {
    version,
    section: sectionFor('versionKeyname', version),
  });
  return { version, dialect: false, problems: [late] };
}

const quoted = (node: Node): string => (node.kind === 'scalar' ? `"${node.text}"` : describe(node));

/** The latest first: of names as near as each other it is meant. */
const names = Object.values(canonicalVersionNames).toReversed();

function hintForVersion(name: string | undefined): string {
  const nearest = name === undefined ? undefined : suggest(name, names);
  return nearest === undefined ? `The versions are ${names.join(', ')}.` : `Did you mean "${nearest}"?`;
}

function missingVersion(root: Node): Problem {
  const start = { offset: 0, line: 1, column: 1 };
  const at: Span = { file: root.span.file, start, end: start };
  return toscaProblem('MissingTOSCAVersion', 'The file does not begin with tosca_definitions_version.', at, {
    hint: `Begin it with "tosca_definitions_version: ${canonicalVersionNames['2.0']}", or another of its ${versions.length} versions.`,
  });
}
