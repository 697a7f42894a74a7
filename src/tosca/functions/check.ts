/** Calls of functions: is there such a function, are its arguments what it takes, and does what it gives fit. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import { artifactsOf, replaceArtifacts } from '../definitions/artifact.ts';
import { interfacesOf } from '../definitions/interface.ts';
import type { Schema } from '../definitions/schema.ts';
import { readSchema } from '../definitions/schema.ts';
import type { Findings } from '../findings.ts';
import { findType, isBeyondKnowledge } from '../names/scope.ts';
import { describe } from '../structure/describe.ts';
import { sectionOf } from '../topology/topology.ts';
import type { DataType } from '../types/data-type.ts';
import { baseOf, builtin, dataTypeName, isDataType } from '../types/data-type.ts';
import { textOf } from '../types/lineage.ts';
import { checkArguments, checkCustomArguments } from './arguments.ts';
import type { Call } from './call.ts';
import { readCall } from './call.ts';
import { contextOfSelf, nodeTypeOf } from './context.ts';
import { findFunction } from './custom.ts';
import { isCircular } from './circle.ts';
import { queryInput, queryMember } from './query.ts';
import type { FunctionScope } from './scope.ts';
import { namedTemplate } from './start.ts';
import type { FunctionRow } from './table.ts';
import { functionNames, functionRow } from './table.ts';

const takesOneList: ReadonlySet<string> = new Set(['concat', 'join', 'token']);

/** Calls may stand in calls; deeper than this they are an attack. */
const deepest = 64;

export function checkCall(
  call: Call,
  expected: Schema | undefined,
  scope: FunctionScope,
  findings: Findings,
  depth = 0,
): void {
  if (depth > deepest) return findings.add('InvalidFunction', 'Functions are nested too deeply.', call.at);
  const row = functionRow(call.name, scope.unit.version);
  if (row === undefined) return checkCustom(call, expected, scope, findings, depth);
  const { section } = row;
  if (call.arguments.length < row.least || call.arguments.length > row.most) {
    const wanted =
      row.least === row.most
        ? `${row.least}`
        : row.most === Number.POSITIVE_INFINITY
          ? `at least ${row.least}`
          : `${row.least} to ${row.most}`;
    findings.add(
      'InvalidFunction',
      `"${call.name}" takes ${wanted} arguments, and here are ${call.arguments.length}.`,
      call.at,
      { section },
    );
    return;
  }
  if (takesOneList.has(call.name) && findings.version !== '2.0' && call.argument?.kind !== 'list')
    return findings.add(
      'InvalidFunction',
      `"${call.name}" takes a list, and this is ${call.argument === undefined ? 'nothing' : describe(call.argument)}.`,
      call.at,
      { section },
    );
  if (row.isQuery === true) return checkQuery(call, expected, row, scope, findings);
  for (const argument of call.arguments) checkArgument(argument, scope, findings, depth);
  checkArguments(call, row, scope, findings);
  if (call.name === 'token') checkToken(call, section, findings);
  checkResult(call, resultType(row), expected, findings, section);
}

function resultType(row: FunctionRow): DataType | undefined {
  return row.result === 'any' ? undefined : builtin(row.result);
}

export function checkNestedCalls(node: Node, scope: FunctionScope, findings: Findings, depth = 0): void {
  if (depth > deepest) return;
  const call = readCall(node, scope.unit.version);
  if (call?.kind === 'call') return checkCall(call, undefined, scope, findings, depth);
  if (node.kind === 'list') for (const item of node.items) checkNestedCalls(item, scope, findings, depth + 1);
  if (node.kind === 'map') for (const { value } of node.entries) checkNestedCalls(value, scope, findings, depth + 1);
}

const checkArgument = (node: Node, scope: FunctionScope, findings: Findings, depth: number): void =>
  checkNestedCalls(node, scope, findings, depth + 1);

/** The index of a token counts from 0. */
function checkToken(call: Call, section: string, findings: Findings): void {
  const index = call.arguments[2];
  if (index === undefined || readCall(index, findings.version) !== undefined) return;
  if (index.kind === 'scalar' && typeof index.value === 'number' && Number.isInteger(index.value) && index.value >= 0)
    return;
  findings.add('InvalidFunction', 'The third argument of "token" is an index: an integer of at least 0.', index.span, {
    section,
  });
}

function checkQuery(
  call: Call,
  expected: Schema | undefined,
  row: FunctionRow,
  scope: FunctionScope,
  findings: Findings,
): void {
  const { section } = row;
  if (call.name === 'get_input') {
    const found = queryInput(call, scope);
    if (found.kind === 'wrong') return report(found, scope, findings, section);
    return found.kind === 'input' ? checkResult(call, found.schema?.type, expected, findings, section) : undefined;
  }
  if (call.name === 'get_property' || call.name === 'get_attribute') {
    const found = queryMember(call, call.name === 'get_property' ? 'properties' : 'attributes', scope);
    if (found.kind === 'wrong') return report(found, scope, findings, section);
    if (found.kind !== 'found') return;
    if (isCircular(call, scope))
      return findings.add('CircularFunction', 'The value is found by way of itself.', call.at, { section });
    return checkResult(call, found.schema?.type, expected, findings, section);
  }
  if (call.name === 'get_artifact') return checkArtifact(call, section, scope, findings);
  if (call.name === 'get_operation_output') return checkOperationOutput(call, section, scope, findings);
  if (call.name === 'get_nodes_of_type') checkNodesOfType(call, section, scope, findings);
  if (row.result !== 'any') checkResult(call, builtin(row.result), expected, findings, section);
}

type WrongResult = Extract<ReturnType<typeof queryMember>, { kind: 'wrong' }>;

/** A name that may be defined where we could not look is not called wrong. */
function report(found: WrongResult, scope: FunctionScope, findings: Findings, section: string): void {
  if (scope.unit.incomplete && (found.code === 'UnknownProperty' || found.code === 'UnknownAttribute')) return;
  findings.add(found.code, found.message, found.at, {
    section,
    ...(found.hint === undefined ? {} : { hint: found.hint }),
  });
}

function checkArtifact(call: Call, section: string, scope: FunctionScope, findings: Findings): void {
  const [first] = call.arguments;
  // The name comes second before 2.0, and last behind a path since.
  const named = scope.unit.version === '2.0' ? call.arguments.at(-1) : call.arguments[1];
  const entity = textOf(first);
  const name = textOf(named);
  if (first === undefined || named === undefined || entity === undefined || name === undefined) return;
  const context =
    entity === 'SELF'
      ? contextOfSelf(scope.self)
      : ['HOST', 'SOURCE', 'TARGET'].includes(entity)
        ? undefined
        : namedTemplate(entity, first.span, scope);
  if (context === undefined) return;
  if ('message' in context) return report(context, scope, findings, section);
  if (call.arguments.length > 2 && scope.unit.version === '2.0') return;
  const type = nodeTypeOf(context);
  const inherited = type === undefined ? new Map() : artifactsOf(type);
  const known =
    context.kind === 'node'
      ? replaceArtifacts(inherited, sectionOf(context.template, 'artifacts'), scope.unit)
      : inherited;
  if (type === undefined || known.has(name)) return;
  const hint = didYouMean(name, known.keys());
  findings.add('UnknownArtifact', `"${entity}" has no artifact "${name}".`, named.span, {
    section,
    ...(hint === undefined ? {} : { hint }),
  });
}

function checkOperationOutput(call: Call, section: string, scope: FunctionScope, findings: Findings): void {
  const [first, second, third] = call.arguments;
  const [entity, interfaceName, operation] = [textOf(first), textOf(second), textOf(third)];
  if (first === undefined || second === undefined || third === undefined) return;
  if (entity === undefined || interfaceName === undefined || operation === undefined) return;
  const context =
    entity === 'SELF'
      ? contextOfSelf(scope.self)
      : ['HOST', 'SOURCE', 'TARGET'].includes(entity)
        ? undefined
        : namedTemplate(entity, first.span, scope);
  if (context === undefined) return;
  if ('message' in context) return report(context, scope, findings, section);
  const type = context.kind === 'relationship' ? context.type : nodeTypeOf(context);
  if (type === undefined) return;
  const interfaces = interfacesOf(type);
  const template =
    context.kind === 'node' ? context.template : context.kind === 'relationship' ? context.template : undefined;
  const assigned = template === undefined ? undefined : valueOf(sectionOf(template, 'interfaces'), interfaceName);
  const found = interfaces.get(interfaceName);
  if (found === undefined && assigned === undefined)
    return findings.add('UnknownInterface', `"${entity}" has no interface "${interfaceName}".`, second.span, {
      section,
    });
  const known =
    found?.operations.has(operation) === true ||
    valueOf(assigned, operation) !== undefined ||
    valueOf(valueOf(assigned, 'operations'), operation) !== undefined;
  if (!known)
    findings.add('UnknownOperation', `The interface "${interfaceName}" has no operation "${operation}".`, third.span, {
      section,
    });
}

function checkNodesOfType(call: Call, section: string, scope: FunctionScope, findings: Findings): void {
  const [node] = call.arguments;
  const name = textOf(node);
  if (node === undefined || name === undefined)
    return findings.add('InvalidFunction', '"get_nodes_of_type" takes the name of a node type.', call.at, { section });
  if (findType(scope.unit, 'node', name) === undefined && !isBeyondKnowledge(scope.unit, name))
    findings.add('UnknownNodeType', `No node type "${name}" is known here.`, node.span, { section });
}

/** A function of the file's own: the first signature its arguments fit (2.0 §10.4). */
function checkCustom(
  call: Call,
  expected: Schema | undefined,
  scope: FunctionScope,
  findings: Findings,
  depth: number,
): void {
  const custom = findFunction(scope.unit, call.name);
  if (custom === undefined) {
    if (isBeyondKnowledge(scope.unit, call.name)) return;
    const hint =
      call.name === 'in_range'
        ? 'Write { $and: [ { $greater_or_equal: [ x, least ] }, { $less_or_equal: [ x, most ] } ] }.'
        : didYouMean(call.name, functionNames('2.0'));
    findings.add('UnknownFunction', `TOSCA has no function "$${call.name}", and this file defines none.`, call.at, {
      section: '10.2',
      ...(hint === undefined ? {} : { hint }),
    });
    return;
  }
  for (const argument of call.arguments) checkArgument(argument, scope, findings, depth);
  const signatures = valueOf(custom.node, 'signatures');
  const all = signatures?.kind === 'list' ? signatures.items : [];
  const candidates = all.filter((signature) => takes(signature, call));
  const [fitting] = candidates;
  if (fitting === undefined && all.length > 0)
    return findings.add(
      'InvalidFunction',
      `No signature of "$${call.name}" takes ${call.arguments.length} arguments.`,
      call.at,
      { section: '10.4' },
    );
  // With several that take as many, which one is meant depends on what the arguments are.
  if (fitting !== undefined && candidates.length === 1)
    checkCustomArguments(call, fitting, custom.unit, scope, findings);
  const result = readSchema(valueOf(fitting, 'result'), custom.unit)?.type;
  checkResult(call, result, expected, findings, '10.4');
}

function takes(signature: Node, call: Call): boolean {
  const count = (keyname: string): number => {
    const list = valueOf(signature, keyname);
    return list?.kind === 'list' ? list.items.length : 0;
  };
  const least = count('arguments');
  const variadic = valueOf(signature, 'variadic');
  const open = variadic?.kind === 'scalar' && variadic.value === true;
  // A function without arguments may be called with an empty list, or none.
  const given =
    call.arguments.length === 1 && call.argument?.kind === 'scalar' && call.argument.value === null
      ? 0
      : call.arguments.length;
  return given >= least && (open || given <= least + count('optional_arguments'));
}

function checkResult(
  call: Call,
  given: DataType | undefined,
  expected: Schema | undefined,
  findings: Findings,
  section: string,
): void {
  const wanted = expected?.type;
  if (given === undefined || wanted === undefined || mayStandFor(given, wanted)) return;
  findings.add(
    'ValueTypeMismatch',
    `"${call.name}" gives a value of type "${dataTypeName(given)}" where "${dataTypeName(wanted)}" is wanted.`,
    call.at,
    { section },
  );
}

/** One type derives from the other, or both are built on the same: then a value of the one can be a value of the other. */
export function mayStandFor(given: DataType, wanted: DataType): boolean {
  if (isDataType(given, wanted) || isDataType(wanted, given)) return true;
  const [from, to] = [baseOf(given), baseOf(wanted)];
  if (from === undefined || to === undefined || from === 'any' || to === 'any') return true;
  if (from === 'complex' || to === 'complex')
    return (from === 'complex' || from === 'map') && (to === 'complex' || to === 'map');
  return from === to || (from === 'integer' && to === 'float');
}
