/** One config key: how it may be written, what shape its value has, what it means. */
export type KeyKind =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'number'
  /** Text such as `30s`, `1m30s`, `2 hours`; a bare number is milliseconds, as in Brooklyn. */
  | 'duration'
  /** Text such as `512m`, `8gb`; a bare number is bytes. */
  | 'bytes'
  | 'list'
  | 'map'
  /** A list of arguments, or one text split as a shell would. Absent: the image's own; empty: none. */
  | 'words'
  /** A port, or a list of them: `80`, `"53/udp"`, `"8000-8010"`. */
  | 'ports'
  /** `$brooklyn:entitySpec: {…}`, or a map with a `type`. */
  | 'spec'
  /** A DSL value that the runtime waits for: true, or anything but false, null, 0 and "", releases it. */
  | 'latch'
  /** `$brooklyn:sensor("…")` or a sensor's name. */
  | 'sensor'
  | 'any';

export type ConfigKey = {
  readonly kind: KeyKind;
  /** Short names accepted at the top level of an entity (Brooklyn's `@SetFromFlag`), the usual one first. */
  readonly flags?: readonly string[];
  readonly meaning: string;
  /** Known since the original Clocker or Brooklyn; absent = a key of ours, in their style. */
  readonly origin?: 'clocker' | 'brooklyn';
};

export type ConfigKeys = Readonly<Record<string, ConfigKey>>;
