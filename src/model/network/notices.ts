/**
 * What a daemon found that a person should know of, and may have to do something about: kept in the store, so that every
 * host's `clocker doctor` and `clocker events` tell it, and not only one host's log.
 */
import { optional, readShape, record, text, word } from '../../shape/index.ts';
import { parseJson } from './json.ts';

/** Each with what it is about: the `subject`. */
export const noticeKinds = [
  /** The store lost records or was set back; they were put back. Subject: the host. */
  'store-lost',
  /** A network that another one of the same name took the place of. Subject: the network. */
  'network-lost-name',
  /** What a host that is gone for good had was given back. Subject: that host. */
  'host-collected',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export type Notice = {
  readonly kind: NoticeKind;
  /** The host that tells. */
  readonly node: string;
  readonly subject: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
  /** RFC 3339. */
  readonly at: string;
};

export const noticesPrefix = '/clocker/v1/notices/';
export const noticesOf = (node: string): string => `${noticesPrefix}${node}/`;
export const noticeKey = ({ node, kind, subject }: Pick<Notice, 'node' | 'kind' | 'subject'>): string =>
  `${noticesOf(node)}${kind}/${encodeURIComponent(subject)}`;

const short = text({ longest: 512 });
const shape = record(
  {
    kind: word(noticeKinds),
    node: short,
    subject: short,
    message: text({ longest: 4096 }),
    hint: optional(text({ longest: 4096 })),
    at: short,
  },
  { unknownKeys: 'ignored' },
);

export function decodeNotice(value: string): Notice | undefined {
  const read = readShape(shape, parseJson(value));
  return read.kind === 'value' ? read.value : undefined;
}
