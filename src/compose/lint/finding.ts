/** What a lint rule looks at, and how it tells what it found. */
import type { Problem, Span } from '../../diagnostic/problem.ts';
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { LintCode } from './problems.ts';
import { lintProblems } from './problems.ts';

export type LintInput = {
  /** The normal form. */
  readonly tree: MapNode;
  /** The text of the user's file at a place; `undefined` where it can't be had. */
  readonly textAt: (span: Span) => string | undefined;
};

export type Rule = (input: LintInput) => readonly Problem[];

export function finding(
  code: LintCode,
  message: string,
  at: Span,
  more: Pick<Problem, 'hint' | 'related'> = {},
): Problem {
  return { code, severity: lintProblems[code].severity, message, at, ...more };
}

export type Named = { readonly name: string; readonly node: Node };

/** Entries of a map with texts for keys; none of anything else. */
export const entriesOfNode = (node: Node | undefined): readonly Named[] =>
  node?.kind === 'map'
    ? node.entries.flatMap(({ key, value }) =>
        key.kind === 'scalar' ? [{ name: String(key.value ?? ''), node: value }] : [],
      )
    : [];

export const itemsOf = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : []);

/** The text of a scalar that is one. */
export const textOfNode = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

export const services = ({ tree }: LintInput): readonly Named[] => entriesOfNode(valueOf(tree, 'services'));

export const section = ({ tree }: LintInput, name: string): readonly Named[] => entriesOfNode(valueOf(tree, name));

/** A rule that looks at one service at a time. */
export const perService =
  (check: (service: Named, input: LintInput) => readonly Problem[]): Rule =>
  (input) =>
    services(input).flatMap((service) => check(service, input));
