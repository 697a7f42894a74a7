/**
 * What is known of one attribute of the language, as data. Each stage of loading has a table of its own with what a
 * name used here does; a row says which of them the attribute wants.
 */

export type ScalarType = 'text' | 'integer' | 'number' | 'flag' | 'null';

/** What may stand there, as the JSON schema of compose-go says. */
export type Form =
  | {
      readonly kind: 'scalar';
      readonly types: readonly ScalarType[];
      readonly minimum?: number;
      readonly maximum?: number;
      /** Searched for anywhere in the text, as JSON schema does. */
      readonly pattern?: RegExp;
      readonly words?: readonly string[];
      /** What a number alone lacks: `30` is written `30s`. */
      readonly unit?: string;
    }
  | { readonly kind: 'list'; readonly of: Row; readonly isSet?: boolean }
  | {
      readonly kind: 'map';
      readonly rows: Rows;
      readonly required?: readonly string[];
      /** `x-…` keys may stand beside those of the rows. */
      readonly isExtensible: boolean;
    }
  /** Names of the user's own. */
  | { readonly kind: 'dict'; readonly of: Row; readonly names?: RegExp }
  | { readonly kind: 'either'; readonly forms: readonly Form[] }
  | { readonly kind: 'any' };

/** How a value of a later file joins the one before it. Nothing: maps key by key, lists one after the other. */
export type Merge =
  | 'replace'
  | 'pairs'
  | 'append'
  | 'hosts'
  | 'build'
  | 'depends-on'
  | 'names'
  | 'logging'
  | 'ipam-config';

/** What makes two items of a list the same: the later one takes the place of the earlier. */
export type Identity = 'pair' | 'text' | 'port' | 'volume' | 'device' | 'env-file' | 'config' | 'secret';

/** What a text becomes once its variables are replaced. */
export type Cast = 'integer' | 'float' | 'flag';

/** Long form of a shorter one. */
export type Long =
  | 'build'
  | 'depends-on'
  | 'device'
  | 'env-files'
  | 'external'
  | 'file-mount'
  | 'gpus'
  | 'list'
  | 'names'
  | 'pairs'
  | 'key-values'
  | 'ports'
  | 'scalar-text'
  | 'ssh'
  | 'volume';

export type Default = 'build' | 'secret' | 'port' | 'device-request';

/** What a relative path starts from. */
export type Base = 'path' | 'unix-path' | 'context' | 'mount' | 'volume';

export type LogicalCheck = 'external' | 'config-source' | 'secret-source' | 'host-ip' | 'path-given' | 'device-request';

/**
 * What the normal form holds: compose-go's type. `…?` stays when it says nothing (zero, false, an empty text), `…!` is
 * there even where the file has none, the others are left out then.
 */
export type Out =
  | 'text'
  | 'flag'
  | 'flag?'
  | 'integer'
  | 'integer?'
  | 'float'
  | 'duration'
  | 'duration?'
  | 'bytes'
  | 'mode?'
  | 'count'
  | 'texts'
  | 'command!'
  | 'test'
  | 'pairs'
  | 'text-map'
  /** As `texts` and `text-map`, but of what is no text only whole numbers become one: fractions and flags are mistakes. */
  | 'whole-texts'
  | 'whole-text-map'
  | 'lists-map'
  | 'hosts'
  | 'ssh'
  /** Attribute by attribute: `?` a map of its own that may be empty, `!` one that is always there. */
  | 'map?'
  | 'map!'
  /** A map of names or a list, item by item; left out when empty. */
  | 'each'
  | 'as-is';

/**
 * What is odd in Compose's JSON: it leaves the attribute out (files once they are read), writes it with a capital,
 * leaves zero out, or says the path alone of a file that must be there.
 */
export type Json = 'hidden' | 'hidden-file' | 'capital' | 'no-zero' | 'path-alone';

export type Row = {
  readonly form: Form;
  readonly out: Out;
  readonly merge?: Merge;
  readonly identity?: Identity;
  readonly cast?: Cast;
  readonly long?: Long;
  readonly default?: Default;
  readonly base?: Base;
  readonly check?: LogicalCheck;
  readonly json?: Json;
};

/** In the order Compose prints them. */
export type Rows = Readonly<Record<string, Row>>;

/** Keys come from the user: nothing an object inherits is a row. */
export const rowOf = (rows: Rows, key: string): Row | undefined => (Object.hasOwn(rows, key) ? rows[key] : undefined);
