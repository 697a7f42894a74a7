/**
 * Which addresses a selector selects, kept as endpoints and sets change: a change of one endpoint costs work for the
 * selectors in use, not for the other endpoints.
 */
import { parseAddress } from '../../../src/ip/address.ts';
import { covers, formatPrefix, type Prefix } from '../../../src/ip/prefix.ts';
import { matches, type Labels, type NamedPort, type Selector } from '../../policy/index.ts';
import { families, wholeLength, type Family, type PerFamily } from '../family.ts';

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
  /** The same map for as long as nothing changes. */
  readonly elements: ReadonlyMap<string, string>;
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
    const made: Selection = { selector, brought: new Map(), ...rest, made: undefined, isAsked: true };
    for (const [key, source] of sources) if (matches(selector, source.labels)) made.brought.set(key, source);
    selections.set(name, made);
    return made;
  }

  const membersOf = (one: Selection): PerFamily<Members> => (one.made ??= makeMembers(one));

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
        if (isIn) one.brought.set(key, source);
        else one.brought.delete(key);
        one.made = undefined;
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

function makeMembers({ brought, elementsOf, netsOf }: Selection): PerFamily<Members> {
  const elements = { 4: new Map<string, string>(), 6: new Map<string, string>() };
  const nets: Prefix[] = [];
  for (const source of brought.values()) {
    for (const element of elementsOf(source)) elements[familyOf(element)].set(element, '');
    nets.push(...netsOf(source));
  }
  const made = (family: Family): Members => {
    const own = nets.filter(({ first }) => first.family === family);
    const isInterval = own.some(({ length }) => length < wholeLength[family]);
    if (!isInterval) {
      for (const { first } of own)
        elements[family].set(formatPrefix({ first, length: wholeLength[family] }).split('/')[0] ?? '', '');
      return { isInterval, elements: elements[family] };
    }
    const singles = [...elements[family].keys()].flatMap((text) => {
      const first = parseAddress(text);
      return first === undefined ? [] : [{ first, length: wholeLength[family] }];
    });
    return {
      isInterval,
      elements: new Map(disjoint([...own, ...singles]).map((prefix) => [formatPrefix(prefix), ''])),
    };
  };
  return { 4: made(families[0]), 6: made(families[1]) };
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
