/** A text that fits a pattern, for `toMatchObject`, which takes every text for equal to a bare RegExp. */
import { expect } from 'vitest';

export const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
