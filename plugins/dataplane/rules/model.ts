/**
 * An nftables table as a value, its text, and the text that turns one into another. Either text is one transaction: a
 * packet meets the old rules or the new ones, never a mixture and never none.
 */
import type { TableName } from '../../../src/host/nft.ts';

export type ElementChange = { readonly put: readonly string[]; readonly take: readonly string[] };

/** Key -> value; the value is '' in a set. */
export type Elements = Pick<ReadonlyMap<string, string>, 'size' | 'get' | 'keys'> & {
  /** Of a large set, so that a change costs as much as what has changed; undefined: `before` is not known. */
  readonly changesSince?: (before: Elements) => ElementChange | undefined;
};

/** A set, or a map: then each key has a value. */
export type RuleSet = {
  /** `ifname . ipv4_addr`, or `ipv4_addr : verdict` for a map. */
  readonly type: string;
  readonly kind: 'set' | 'map';
  /** Elements are prefixes. They must not overlap. */
  readonly isInterval?: boolean;
  readonly elements: Elements;
};

export type Chain = {
  /** `type filter hook forward priority -10; policy accept;` for a chain that packets come to by themselves. */
  readonly hook?: string;
  readonly rules: readonly string[];
};

export type Table = TableName & {
  readonly sets: Readonly<Record<string, RuleSet>>;
  readonly chains: Readonly<Record<string, Chain>>;
};

const elementText = (set: RuleSet, key: string): string =>
  set.kind === 'set' ? key : `${key} : ${set.elements.get(key)}`;
const elementsText = (set: RuleSet, keys: Iterable<string>): string =>
  [...keys].map((key) => elementText(set, key)).join(', ');

/** What can't be changed once it is declared. */
const declaration = ({ kind, type, isInterval }: RuleSet): string =>
  `${kind} ${type}${isInterval === true ? ' interval' : ''}`;

function setBody(set: RuleSet): string {
  const flags = set.isInterval === true ? ' flags interval;' : '';
  const elements = set.elements.size === 0 ? '' : ` elements = { ${elementsText(set, set.elements.keys())} };`;
  return `{ type ${set.type};${flags}${elements} }`;
}

const chainBody = ({ hook }: Chain): string => (hook === undefined ? '' : ` { ${hook} }`);

const place = ({ family, name }: TableName): string => `${family} ${name}`;
const text = (commands: readonly string[]): string => (commands.length === 0 ? '' : `${commands.join('\n')}\n`);

/** Replaces the table, whatever it was; adding before deleting makes deleting what is not there no error. */
export function renderTable(table: Table): string {
  const at = place(table);
  const empty: Table = { ...table, sets: {}, chains: {} };
  return text([`add table ${at}`, `delete table ${at}`, `add table ${at}`, ...changeCommands(empty, table)]);
}

/** '' when nothing changes. */
export const renderChange = (from: Table, to: Table): string => text(changeCommands(from, to));

export const renderRemoval = (table: TableName): string =>
  text([`add table ${place(table)}`, `delete table ${place(table)}`]);

const isSameHook = (a: Chain, b: Chain): boolean => a.hook === b.hook;
const isSameRules = (a: Chain, b: Chain): boolean =>
  a.rules.length === b.rules.length && a.rules.every((rule, index) => rule === b.rules[index]);

type Commands = { readonly [K in 'chains' | 'sets' | 'take' | 'rules' | 'put' | 'drop']: string[] };

/**
 * In an order in which nothing refers to what is not there. A new set is declared with its elements, because nft 1.0.6
 * refuses to add ranges with verdicts to a map of the same transaction. A set or hook that is declared otherwise is not
 * changed in place: its owner replaces the whole table.
 */
function changeCommands(from: Table, to: Table): readonly string[] {
  const commands: Commands = { chains: [], sets: [], take: [], rules: [], put: [], drop: [] };
  for (const [name, chain] of Object.entries(to.chains))
    changeChain(name, from.chains[name], chain, place(to), commands);
  for (const [name, set] of Object.entries(to.sets)) changeSet(name, from.sets[name], set, place(to), commands);
  dropRest(from, to, commands);
  const { chains, sets, take, rules, put, drop } = commands;
  return [...chains, ...sets, ...take, ...rules, ...put, ...drop];
}

function changeChain(name: string, before: Chain | undefined, chain: Chain, at: string, commands: Commands): void {
  if (before === undefined) commands.chains.push(`add chain ${at} ${name}${chainBody(chain)}`);
  else if (isSameRules(before, chain)) return;
  else commands.rules.push(`flush chain ${at} ${name}`);
  commands.rules.push(...chain.rules.map((rule) => `add rule ${at} ${name} ${rule}`));
}

function changeSet(name: string, before: RuleSet | undefined, set: RuleSet, at: string, commands: Commands): void {
  if (before === undefined) {
    commands.sets.push(`add ${set.kind} ${at} ${name} ${setBody(set)}`);
    return;
  }
  if (before.elements === set.elements) return;
  const change = elementChange(before, set);
  if (change === undefined) commands.take.push(`flush ${set.kind} ${at} ${name}`);
  const { put, take } = change ?? { put: [...set.elements.keys()], take: [] };
  if (take.length > 0) commands.take.push(`delete element ${at} ${name} { ${elementsText(before, take)} }`);
  if (put.length > 0) commands.put.push(`add element ${at} ${name} { ${elementsText(set, put)} }`);
}

function elementChange({ elements: before }: RuleSet, { elements }: RuleSet): ElementChange | undefined {
  if (elements.changesSince !== undefined) return elements.changesSince(before);
  const isKept = (key: string): boolean => elements.get(key) === before.get(key);
  return {
    put: [...elements.keys()].filter((key) => !isKept(key)),
    take: [...before.keys()].filter((key) => !isKept(key)),
  };
}

function dropRest(from: Table, to: Table, { drop }: Commands): void {
  const at = place(to);
  const chains = Object.keys(from.chains).filter((name) => to.chains[name] === undefined);
  // Two chains that go may jump to each other.
  drop.push(
    ...chains.map((name) => `flush chain ${at} ${name}`),
    ...chains.map((name) => `delete chain ${at} ${name}`),
  );
  for (const [name, { kind }] of Object.entries(from.sets))
    if (to.sets[name] === undefined) drop.push(`delete ${kind} ${at} ${name}`);
}

/** Whether `to` can be reached by `renderChange`, or the table must be replaced. */
export function isChangeable(from: Table, to: Table): boolean {
  const sets = Object.entries(to.sets).every(([name, set]) => {
    const before = from.sets[name];
    return before === undefined || declaration(before) === declaration(set);
  });
  return (
    sets &&
    Object.entries(to.chains).every(([name, chain]) => {
      const before = from.chains[name];
      return before === undefined || isSameHook(before, chain);
    })
  );
}

export const setOf = (type: string, elements: Iterable<string>, isInterval = false): RuleSet => ({
  type,
  kind: 'set',
  isInterval,
  elements: new Map([...elements].map((key) => [key, ''])),
});

export const mapOf = (type: string, elements: Iterable<readonly [string, string]>, isInterval = false): RuleSet => ({
  type,
  kind: 'map',
  isInterval,
  elements: new Map(elements),
});

/** `key`: type of what is looked up. */
export const verdictMap = (key: string, elements: ReadonlyMap<string, string>): RuleSet => ({
  type: `${key} : verdict`,
  kind: 'map',
  elements,
});
