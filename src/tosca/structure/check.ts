/** Compares a tree of nodes with the grammar's tables: every keyname, every form, all deviations at once. */
import type { Span } from '../../diagnostic/problem.ts';
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { constructs } from '../grammar/constructs.ts';
import type { ConstructName } from '../grammar/constructs.ts';
import type { Construct, Form } from '../grammar/form.ts';
import { construct, mapOf } from '../grammar/form.ts';
import { isOperationBody } from '../definitions/operation-body.ts';
import type { Findings } from '../findings.ts';
import { keyText } from '../data/node-value.ts';
import { checkLeaf } from './leaf.ts';
import { unwrapNamed } from './unwrap.ts';
import { hintForKeyname, keyRule, otherRule, specOf } from './rules.ts';
import { describe } from './describe.ts';

/** `at` is what the node is called by: the keyname or name before it. What is missing is missing there. */
type Where = {
  readonly findings: Findings;
  readonly title: string;
  readonly section: string | undefined;
  readonly at: Span;
};

export function checkConstruct(node: Node, name: ConstructName, at: Span, findings: Findings): void {
  const construct = constructs[name];
  const where = { findings, title: construct.title, section: specOf(construct, findings.version), at };
  if (node.kind !== 'map') return wrongKind(node, 'a map of keynames', construct.title, where);
  checkKeynames(node, construct, where);
}

function checkKeynames(map: MapNode, construct: Construct, where: Where): void {
  const { findings } = where;
  const seen = new Set<string>();
  for (const entry of map.entries) {
    const keyname = keynameOf(entry, where);
    if (keyname === undefined) continue;
    seen.add(keyname);
    const rule = keyRule(construct, keyname, findings.version);
    if (rule !== undefined) checkForm(entry.value, rule.form, `"${keyname}"`, placeOf(entry, where));
    else checkOther(entry, keyname, construct, where);
  }
  for (const keyname of Object.keys(construct.keys)) {
    const rule = keyRule(construct, keyname, findings.version);
    if (seen.has(keyname) || rule?.required !== true || (rule.unless !== undefined && seen.has(rule.unless))) continue;
    findings.add('MissingRequiredKeyname', `The ${where.title} lacks "${keyname}".`, where.at, {
      section: where.section,
    });
  }
}

function checkOther(entry: MapEntry, keyname: string, construct: Construct, where: Where): void {
  const { findings } = where;
  const other = otherRule(construct, findings.version);
  if (other !== undefined) {
    if (!isOmittedBody(entry.value, other.form))
      checkForm(entry.value, other.form, `"${keyname}"`, placeOf(entry, where));
    return;
  }
  findings.add('UnknownKeyname', `A ${where.title} has no keyname "${keyname}".`, entry.key.span, {
    section: where.section,
    ...hintForKeyname(construct, keyname, findings.version),
  });
}

function checkForm(node: Node, form: Form, title: string, where: Where): void {
  switch (form.kind) {
    case 'anything':
      return;
    case 'value':
      if (isNull(node) && form.nullable !== true) emptyDefinition(node, title, where);
      return;
    case 'leaf':
      return checkLeaf(node, form.leaf, title, where);
    case 'construct':
      return checkConstruct(node, form.construct, where.at, where.findings);
    case 'refinement':
      return checkRefinement(node, form.construct, where);
    case 'nameable':
      return checkNameable(node, form.construct, title, where);
    case 'inputs-or-operation':
      return isOperationBody(node)
        ? checkConstruct(node, 'operationDefinition', where.at, where.findings)
        : checkForm(node, mapOf(construct('parameter')), title, where);
    case 'notations':
      return checkNotations(node, form, title, where);
    case 'map':
      return checkMap(node, form, title, where);
    case 'list':
      return checkList(node, form, title, where);
    case 'named':
      return checkNamed(node, form.of, title, where);
  }
}

/** With a keyname of the construct in it, it is one; otherwise it is a value, judged where the inherited definition is known. */
function checkRefinement(node: Node, name: ConstructName, where: Where): void {
  if (node.kind !== 'map') return;
  const known = constructs[name].keys;
  const isDefinition = node.entries.some(({ key }) => key.kind === 'scalar' && Object.hasOwn(known, String(key.value)));
  if (isDefinition) checkConstruct(node, name, where.at, where.findings);
}

function checkNameable(node: Node, name: ConstructName, title: string, where: Where): void {
  const inner = node.kind === 'map' ? unwrapNamed(node, constructs[name]) : node;
  if (inner.kind === 'scalar') return checkLeaf(inner, 'string', title, { ...where, at: inner.span });
  checkConstruct(inner, name, node.span, where.findings);
}

function checkNotations(node: Node, form: Extract<Form, { kind: 'notations' }>, title: string, where: Where): void {
  const chosen =
    node.kind === 'map' ? form.map : node.kind === 'list' ? form.list : isNull(node) ? undefined : form.text;
  if (chosen !== undefined) return checkForm(node, chosen, title, where);
  const kinds = [form.text && 'a text', form.map && 'a map', form.list && 'a list'].filter(
    (kind) => kind !== undefined,
  );
  wrongKind(node, kinds.join(' or '), title, where);
}

function checkMap(node: Node, form: Extract<Form, { kind: 'map' }>, title: string, where: Where): void {
  if (isEmptySection(node, title, where)) return;
  if (node.kind !== 'map') return wrongKind(node, 'a map', title, where);
  if (node.entries.length < (form.least ?? 0)) emptyDefinition(node, title, where);
  for (const entry of node.entries) {
    const name = form.anyKey === true ? keyText(entry.key) : nameOf(entry, where);
    if (!isOmittedBody(entry.value, form.of)) checkForm(entry.value, form.of, `"${name}"`, placeOf(entry, where));
  }
}

function checkList(node: Node, form: Extract<Form, { kind: 'list' }>, title: string, where: Where): void {
  if (isEmptySection(node, title, where)) return;
  if (node.kind !== 'list') return wrongKind(node, 'a list', title, where);
  if (node.items.length < (form.least ?? 0))
    where.findings.add('InvalidType', `${title} takes at least ${form.least ?? 0} items.`, where.at, {
      section: where.section,
    });
  for (const item of node.items) checkForm(item, form.of, `An item of ${title}`, { ...where, at: item.span });
}

function checkNamed(node: Node, of: Form, title: string, where: Where): void {
  if (isEmptySection(node, title, where)) return;
  if (node.kind !== 'list') return wrongKind(node, 'a list of maps with one name each', title, where);
  for (const item of node.items) {
    const [entry, second] = item.kind === 'map' ? item.entries : [];
    if (entry === undefined || second !== undefined) {
      where.findings.add(
        'InvalidType',
        `Each item of ${title} is a map of one name.`,
        (second ?? entry)?.key.span ?? item.span,
        {
          section: where.section,
          ...(second === undefined
            ? {}
            : { hint: 'Indent what belongs to the name, or begin the next item with a dash.' }),
        },
      );
      continue;
    }
    const name = nameOf(entry, where);
    if (name !== undefined) checkForm(entry.value, of, `"${name}"`, placeOf(entry, where));
  }
}

/** `Name:` with nothing behind it is a body without keynames; a null that is written down is not. */
const isOmittedBody = (node: Node, form: Form): boolean =>
  node.kind === 'scalar' &&
  node.value === null &&
  node.text === '' &&
  (form.kind === 'construct' || (form.kind === 'notations' && form.map?.kind === 'construct'));

const placeOf = (entry: MapEntry, where: Where): Where => ({ ...where, at: entry.key.span });

/** 1.0 left open what a section without anything in it is; many files have some. */
function isEmptySection(node: Node, title: string, where: Where): boolean {
  if (where.findings.isAfter('1.0') || !isNull(node) || node.kind !== 'scalar' || node.text !== '') return false;
  where.findings.add('EmptySection', `${capital(title)} is empty; later versions of TOSCA refuse that.`, where.at, {
    section: where.section,
  });
  return true;
}

const isNull = (node: Node): boolean => node.kind === 'scalar' && node.value === null;

/** A keyname is a text; anything else is no keyname of any construct. */
function keynameOf(entry: MapEntry, where: Where): string | undefined {
  if (entry.key.kind === 'scalar')
    return entry.key.text === '' && entry.key.style === 'plain' ? undefined : String(entry.key.value);
  where.findings.add(
    'UnknownKeyname',
    `A ${where.title} has no keyname that is ${describe(entry.key)}.`,
    entry.key.span,
    {
      section: where.section,
    },
  );
  return undefined;
}

/** Names are texts that say something. */
function nameOf(entry: MapEntry, where: Where): string | undefined {
  const { key } = entry;
  if (key.kind !== 'scalar') return describe(key);
  if (typeof key.value === 'string' && key.value.trim() !== '') return key.value;
  if (!where.findings.isAfter('1.3') && key.text.trim() !== '') return key.text;
  where.findings.add('InvalidName', `A name has to be a text, and this is ${describe(key)}.`, key.span, {
    section: where.section,
    ...(key.text === '' ? {} : { hint: `Quote it: "${key.text}".` }),
  });
  return key.text;
}

function wrongKind(node: Node, wanted: string, title: string, where: Where): void {
  if (isNull(node)) return emptyDefinition(node, title, where, wanted);
  where.findings.add(
    'InvalidType',
    `${capital(title)} has to be ${wanted}, and this is ${describe(node)}.`,
    node.span,
    {
      section: where.section,
    },
  );
}

function emptyDefinition(_node: Node, title: string, where: Where, wanted?: string): void {
  where.findings.add(
    'EmptyDefinition',
    `${capital(title)} is empty${wanted === undefined ? '' : `; it has to be ${wanted}`}.`,
    where.at,
    {
      section: where.section,
      hint: 'Leave the keyname out, or write down what belongs to it.',
    },
  );
}

const capital = (title: string): string => title.charAt(0).toUpperCase() + title.slice(1);
