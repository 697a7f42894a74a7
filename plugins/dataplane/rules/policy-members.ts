/**
 * Which addresses a selector selects, kept as endpoints and sets change: a change of one endpoint costs work for the
 * selectors in use, not for the other endpoints.
 */
import { formatAddress, parseAddress } from '../../../src/ip/address.ts';
import { covers, formatPrefix, type Prefix } from '../../../src/ip/prefix.ts';
import { matches, type Labels, type NamedPort, type Selector } from '../../policy/index.ts';
import { byFamily, families, wholeLength, type Family, type PerFamily } from '../family.ts';
import { createCountedSet, type CountedSet } from './counted-set.ts';
import type { Elements } from './model.ts';

/** An endpoint, or a set of networks. */
export type Source = {
  readonly labels: Labels;
  /** Canonical; without a length. */
  readonly addresses: readonly string[];
  readonly ports: readonly NamedPort[];
  readonly nets: readonly Prefix[];
};

export type Members = {
  /** Elements are prefixes. */
  readonly isInterval: boolean;
  /** The same for as long as nothing changes. */
  readonly elements: Elements;
};

export type MemberIndex = {
  /** `key`: of its record. Undefined: it is gone. */
  put(key: string, source: Source | undefined): void;
  addresses(name: string, selector: Selector): PerFamily<Members>;
  /** Of endpoints only. */
  endpoints(name: string, selector: Selector): PerFamily<Members>;
  /** Elements `address . protocol . port` of those that have a port of a name. */
  ports(name: string, selector: Selector, port: string): PerFamily<Members>;
  /** Forgets what was not asked for since the last time. */
  prune(): void;
  /** Labels of everything may have changed. */
  clear(): void;
};

const familyOf = (text: string): Family => (text.includes(':') ? 6 : 4);

type Selection = {
  readonly selector: Selector;
  /** What each selected source brings in. */
  readonly brought: Map<string, Source>;
  readonly elementsOf: (source: Source) => readonly string[];
  readonly netsOf: (source: Source) => readonly Prefix[];
  /** Elements that are single addresses, or ports at them. */
  readonly singles: PerFamily<CountedSet>;
  /** Networks of more than one address, by how many sources bring some. */
  readonly ranges: Record<Family, number>;
  /** Where there are ranges: all elements, made of all sources. */
  made: PerFamily<Members> | undefined;
  isAsked: boolean;
};

export function createMemberIndex(): MemberIndex {
  const sources = new Map<string, Source>();
  const selections = new Map<string, Selection>();

  function selection(name: string, selector: Selector, rest: Pick<Selection, 'elementsOf' | 'netsOf'>): Selection {
    const known = selections.get(name);
    if (known !== undefined) {
      known.isAsked = true;
      return known;
    }
    const made: Selection = {
      selector,
      brought: new Map(),
      ...rest,
      singles: byFamily(createCountedSet),
      ranges: { 4: 0, 6: 0 },
      made: undefined,
      isAsked: true,
    };
    for (const [key, source] of sources) if (matches(selector, source.labels)) bring(made, key, source);
    selections.set(name, made);
    return made;
  }

  /** Puts what comes before it takes what goes: what is in both does not change. */
  function bring(one: Selection, key: string, source: Source | undefined): void {
    const before = one.brought.get(key);
    if (source === undefined) one.brought.delete(key);
    else one.brought.set(key, source);
    if (source !== undefined) count(one, source, 'put');
    if (before !== undefined) count(one, before, 'take');
    one.made = undefined;
  }

  const membersOf = (one: Selection): PerFamily<Members> =>
    (one.made ??= byFamily((family) =>
      one.ranges[family] > 0
        ? { isInterval: true, elements: rangesOf(one, family) }
        : { isInterval: false, elements: one.singles[family].look() },
    ));

  return {
    put: (key, source) => {
      const before = sources.get(key);
      if (source === undefined) sources.delete(key);
      else sources.set(key, source);
      if (before === undefined && source === undefined) return;
      for (const one of selections.values()) {
        const isIn = source !== undefined && matches(one.selector, source.labels);
        if (!isIn && !one.brought.has(key)) continue;
        if (isIn && isSame(before, source) && one.brought.has(key)) {
          one.brought.set(key, source);
          continue;
        }
        bring(one, key, isIn ? source : undefined);
      }
    },
    addresses: (name, selector) =>
      membersOf(selection(name, selector, { elementsOf: ({ addresses }) => addresses, netsOf: ({ nets }) => nets })),
    endpoints: (name, selector) =>
      membersOf(selection(name, selector, { elementsOf: ({ addresses }) => addresses, netsOf: () => [] })),
    ports: (name, selector, port) =>
      membersOf(
        selection(name, selector, {
          elementsOf: ({ addresses, ports }) =>
            ports
              .filter((one) => one.name === port)
              .flatMap((one) => addresses.map((address) => `${address} . ${one.protocol} . ${one.port}`)),
          netsOf: () => [],
        }),
      ),
    prune: () => {
      for (const [name, one] of selections)
        if (one.isAsked) one.isAsked = false;
        else selections.delete(name);
    },
    clear: () => {
      sources.clear();
      selections.clear();
    },
  };
}

/** Whether both bring in the same elements. */
const isSame = (a: Source | undefined, b: Source): boolean =>
  a !== undefined &&
  a.nets === b.nets &&
  sameList(a.addresses, b.addresses) &&
  JSON.stringify(a.ports) === JSON.stringify(b.ports);
const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

const isRange = ({ first, length }: Prefix): boolean => length < wholeLength[first.family];

function count(one: Selection, source: Source, change: 'put' | 'take'): void {
  const nets = one.netsOf(source);
  for (const element of one.elementsOf(source)) one.singles[familyOf(element)][change](element);
  for (const net of nets) if (!isRange(net)) one.singles[net.first.family][change](formatAddress(net.first));
  for (const family of families)
    if (nets.some((net) => net.first.family === family && isRange(net)))
      one.ranges[family] += change === 'put' ? 1 : -1;
}

function rangesOf({ brought, netsOf, singles }: Selection, family: Family): Elements {
  const ranges = [...brought.values()].flatMap(netsOf).filter((net) => net.first.family === family && isRange(net));
  const whole = [...singles[family].look().keys()].flatMap((text) => {
    const first = parseAddress(text);
    return first === undefined ? [] : [{ first, length: wholeLength[family] }];
  });
  return new Map(disjoint([...ranges, ...whole]).map((prefix) => [formatPrefix(prefix), '']));
}

const byPlace = (a: Prefix, b: Prefix): number => {
  const [x, y] = [BigInt(a.first.value), BigInt(b.first.value)];
  return x < y ? -1 : x > y ? 1 : a.length - b.length;
};

/** Elements of an interval must not overlap: what lies in another one is left out. All of one family. */
export function disjoint(prefixes: readonly Prefix[]): readonly Prefix[] {
  const kept: Prefix[] = [];
  for (const prefix of [...prefixes].sort(byPlace)) {
    const last = kept.at(-1);
    if (last === undefined || !covers(last, prefix)) kept.push(prefix);
  }
  return kept;
}
