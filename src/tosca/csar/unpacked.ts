import type { Contents } from './contents.ts';

export type Unpacked =
  | { readonly kind: 'contents'; readonly contents: Contents }
  | { readonly kind: 'refused'; readonly why: string };

export const refused = (why: string): Unpacked => ({ kind: 'refused', why });
