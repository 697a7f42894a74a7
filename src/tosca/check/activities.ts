/** Activities of workflow steps and triggers: delegate, set_state, call_operation, inline. */
import type { Span } from '../../diagnostic/problem.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { InterfaceDefinitions } from '../definitions/interface.ts';
import { asMap } from '../definitions/schema.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import { nothingDefined, refineValues } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import type { Topology } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { checkAssignments, namesIn, requireAssignments } from './assignments.ts';
import { sectionFor } from '../sections.ts';

export type ActivityContext = {
  /** Of what the activities act on, where that is known. */
  readonly interfaces: InterfaceDefinitions | undefined;
  /** Inputs of the workflow around: an inlined one takes those of the same names from it. */
  readonly workflowInputs: ValueDefinitions | undefined;
};

/** Workflows every orchestrator has (1.3 §7.3). */
const builtinWorkflows = new Set(['deploy', 'undeploy']);

const sectionOf = (findings: Findings): string => sectionFor('activity', findings.version);

export function checkActivities(
  items: readonly Node[],
  context: ActivityContext,
  scope: FunctionScope,
  findings: Findings,
): void {
  for (const item of items) {
    const entries = asMap(item)?.entries ?? [];
    const [entry, second] = entries;
    if (entry === undefined) {
      if (item.kind === 'map')
        findings.add(
          'MissingRequiredKeyname',
          'An activity is one of delegate, set_state, call_operation and inline.',
          item.span,
          { section: sectionOf(findings) },
        );
      continue;
    }
    if (second !== undefined)
      findings.add('ExclusiveKeynames', 'An activity does one thing.', second.key.span, {
        section: sectionOf(findings),
        hint: 'Begin the next activity with a dash.',
      });
    for (const { key, value } of second === undefined ? entries : [entry]) {
      const kind = key.kind === 'scalar' ? String(key.value) : '';
      if (kind === 'call_operation') checkOperationCall(value, context, scope, findings);
      else if (kind === 'inline' || kind === 'delegate') checkWorkflowCall(value, kind, context, scope, findings);
    }
  }
}

function checkOperationCall(node: Node, context: ActivityContext, scope: FunctionScope, findings: Findings): void {
  const named = textOf(node) === undefined ? valueOf(node, 'operation') : node;
  const name = textOf(named);
  if (named === undefined || name === undefined) return;
  const section = sectionOf(findings);
  const dot = name.lastIndexOf('.');
  const parts = [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)] as const;
  const { interfaces } = context;
  // Names of interfaces may have dots of their own.
  const isKnown = interfaces?.has(parts[0]) === true;
  if (dot <= 0 || dot === name.length - 1 || (!isKnown && parts[0].includes('.'))) {
    findings.add(
      'InvalidOperationName',
      `An operation is named as interface.operation, and this is "${name}".`,
      named.span,
      { section },
    );
    return;
  }
  if (interfaces === undefined) return;
  const known = interfaces.get(parts[0]);
  if (known === undefined)
    return reportUnknown('UnknownInterface', 'interface', parts[0], named.span, interfaces.keys(), findings, section);
  const operation = known.operations.get(parts[1]);
  if (operation === undefined)
    return reportUnknown(
      'UnknownOperation',
      'operation',
      parts[1],
      named.span,
      known.operations.keys(),
      findings,
      section,
    );
  const inputs = new Map([...known.inputs, ...operation.inputs]);
  checkAssignments(valueOf(node, 'inputs'), inputs, scope, findings, {
    kind: 'input',
    owner: `The operation "${name}"`,
    at: named.span,
    requireAll: findings.version === '2.0',
  });
}

function reportUnknown(
  code: 'UnknownInterface' | 'UnknownOperation' | 'UnknownWorkflow',
  what: string,
  name: string,
  at: Span,
  known: Iterable<string>,
  findings: Findings,
  section: string,
): void {
  const hint = didYouMean(name, known);
  findings.add(code, `There is no ${what} "${name}" here.`, at, { section, ...(hint === undefined ? {} : { hint }) });
}

function checkWorkflowCall(
  node: Node,
  kind: 'inline' | 'delegate',
  context: ActivityContext,
  scope: FunctionScope,
  findings: Findings,
): void {
  const named = textOf(node) === undefined ? valueOf(node, 'workflow') : node;
  const name = textOf(named);
  const { topology } = scope;
  if (named === undefined || name === undefined || topology === undefined) return;
  const section = sectionOf(findings);
  const workflow = topology.workflows.get(name);
  if (workflow === undefined && !builtinWorkflows.has(name)) {
    // A delegated workflow is one the target provides; before 2.0 only the two normative ones are known to be.
    if (kind === 'delegate' && findings.version === '2.0') return;
    return reportUnknown(
      'UnknownWorkflow',
      'workflow',
      name,
      named.span,
      [...topology.workflows.keys(), ...builtinWorkflows],
      findings,
      section,
    );
  }
  const inputs = workflow === undefined ? nothingDefined : workflowInputs(workflow.value, topology);
  const inherited = context.workflowInputs;
  const needed =
    kind === 'inline' && inherited !== undefined
      ? new Map([...inputs].filter(([input]) => !inherited.has(input)))
      : inputs;
  const given = valueOf(node, 'inputs');
  const rules = { kind: 'input' as const, owner: `The workflow "${name}"`, at: named.span, requireAll: false };
  checkAssignments(given, inputs, scope, findings, rules);
  requireAssignments(needed, namesIn(given), findings, rules);
}

export const workflowInputs = (workflow: Node, topology: Topology): ValueDefinitions =>
  refineValues(nothingDefined, valueOf(workflow, 'inputs'), topology.unit, undefined);
