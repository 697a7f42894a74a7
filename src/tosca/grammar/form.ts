/**
 * How the grammar of TOSCA is written down: a table per construct with a row per keyname, total over all versions. The
 * reader (src/tosca/structure) knows no construct by name; what a keyname may hold stands here and nowhere else.
 */
import type { Version } from '../version.ts';
import type { ConstructName } from './constructs.ts';

export type Leaf =
  | 'string'
  /** Any scalar but null. */
  | 'scalar'
  | 'boolean'
  | 'integer'
  /** An integer of at least zero. */
  | 'natural'
  /** A number of at least zero, not zero. */
  | 'positive'
  /** `major.minor[.fix[.qualifier[-build]]]`; a number is taken as written. */
  | 'version'
  | 'timestamp'
  /** `supported`, `unsupported`, `experimental`, `deprecated`. */
  | 'status'
  /** `[least, most]`, `most` may be UNBOUNDED. */
  | 'range';

export type Form =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  /** Judged by what it is for: a value against its type, a function, a constraint. Null where `nullable`. */
  | { readonly kind: 'value'; readonly nullable?: boolean }
  /** Not looked into, may be null. */
  | { readonly kind: 'anything' }
  /** `anyKey`: its keys are no names, such as prefixes of units, and may be empty. */
  | { readonly kind: 'map'; readonly of: Form; readonly least?: number; readonly anyKey?: boolean }
  | { readonly kind: 'list'; readonly of: Form; readonly least?: number }
  /** A list of maps with one entry each, the name of the element: requirements, policies. */
  | { readonly kind: 'named'; readonly of: Form }
  | { readonly kind: 'construct'; readonly construct: ConstructName }
  /** 2.0: a definition, or the fixed value alone where the definition is inherited (2.0 §9.4). */
  | { readonly kind: 'refinement'; readonly construct: ConstructName }
  /** The short and long notations of one thing, told apart by the kind of node. */
  /** 1.x imports: the construct, or a map of one name to a text or to the construct. */
  | { readonly kind: 'nameable'; readonly construct: ConstructName }
  /** Before 1.3 an operation of an interface type may be called `inputs`: told by a keyname that only operations have. */
  | { readonly kind: 'inputs-or-operation' }
  | { readonly kind: 'notations'; readonly text?: Form; readonly map?: Form; readonly list?: Form };

export type KeyRule = {
  readonly form: Form;
  /** Must be there. Where it may be inherited, the type checker asks for it instead. */
  readonly required?: boolean;
  /** Not asked for where this keyname is there. */
  readonly unless?: string;
  /** First and last version that has it; absent: from the first, to the last. */
  readonly since?: Version;
  readonly until?: Version;
  /** What it was called before or is called since, for the hint. */
  readonly now?: string;
};

export type Construct = {
  /** As a message calls it: "node template". */
  readonly title: string;
  /** Sections of the specifications; 1.1 and 1.2 differ from 1.3 only where given. */
  readonly spec: Readonly<Partial<Record<Version, string>>>;
  /** One row per keyname and span of versions. */
  readonly keys: Readonly<Record<string, KeyRule | readonly KeyRule[]>>;
  /** Keynames that no table lists are elements of this form: the operations of an interface before 1.3. */
  readonly others?: readonly KeyRule[];
};

const leaf = (name: Leaf): Form => ({ kind: 'leaf', leaf: name });

export const string = leaf('string');
export const scalar = leaf('scalar');
export const boolean = leaf('boolean');
export const natural = leaf('natural');
export const positive = leaf('positive');
export const version = leaf('version');
export const timestamp = leaf('timestamp');
export const status = leaf('status');
export const range = leaf('range');
export const value: Form = { kind: 'value' };
export const nullableValue: Form = { kind: 'value', nullable: true };
export const anything: Form = { kind: 'anything' };
export const strings: Form = { kind: 'list', of: string };

export const mapOf = (of: Form, least?: number): Form => ({
  kind: 'map',
  of,
  ...(least === undefined ? {} : { least }),
});
export const listOf = (of: Form, least?: number): Form => ({
  kind: 'list',
  of,
  ...(least === undefined ? {} : { least }),
});
export const namedList = (of: Form): Form => ({ kind: 'named', of });
export const construct = (name: ConstructName): Form => ({ kind: 'construct', construct: name });
export const refinement = (name: ConstructName): Form => ({ kind: 'refinement', construct: name });
export const notations = (forms: { text?: Form; map?: Form; list?: Form }): Form => ({ kind: 'notations', ...forms });
/** A text, or a map of keynames. */
export const textOr = (name: ConstructName): Form => notations({ text: string, map: construct(name) });

type Span = Pick<KeyRule, 'since' | 'until' | 'now' | 'unless'>;

export const key = (form: Form, span: Span = {}): KeyRule => ({ form, ...span });
export const required = (form: Form, span: Span = {}): KeyRule => ({ form, required: true, ...span });
