/** Regular expressions from templates. Both the expression and the text come from outside, so the match is given a time. */
import { createContext, runInContext } from 'node:vm';
import type { Context } from 'node:vm';

const longestPattern = 2000;
const longestText = 100_000;
/** Milliseconds an expression may take that could take for ever. */
const patience = 50;

export function readPattern(pattern: string): RegExp | undefined {
  if (pattern.length > longestPattern) return undefined;
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Tried without `u`, which is stricter about escapes that other languages allow.
    }
  }
  return undefined;
}

/** Whether it matches; `undefined` where that would take too long to find out. `whole`: from beginning to end. */
export function matchPattern(expression: RegExp, text: string, whole: boolean): boolean | undefined {
  if (text.length > longestText) return undefined;
  const tried = whole ? new RegExp(`^(?:${expression.source})$`, expression.flags) : expression;
  return isSimple(expression.source) ? tried.test(text) : testInTime(tried, text);
}

/** At most one quantifier without bound can't make the engine try again and again. */
const isSimple = (source: string): boolean => (source.match(/[*+]|\{\d*,\d*\}/g) ?? []).length <= 1;

let sandbox: Context | undefined;

function testInTime(expression: RegExp, text: string): boolean | undefined {
  sandbox ??= createContext({});
  sandbox['expression'] = expression;
  sandbox['text'] = text;
  try {
    const found: unknown = runInContext('expression.test(text)', sandbox, { timeout: patience });
    return found === true;
  } catch {
    return undefined;
  }
}
