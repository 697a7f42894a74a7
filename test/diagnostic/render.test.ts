import { expect, test } from 'vitest';
import type { Problem, Span } from '../../src/diagnostic/problem.ts';
import { plainPaint, problemJson, renderCounts, renderProblem } from '../../src/diagnostic/render.ts';

/** The place of `marked` in `source`, counted by hand so that it is independent of any parser. */
function spanOf(source: string, marked: string, file = 'compose.yaml'): Span {
  const offset = source.indexOf(marked);
  const positionAt = (at: number) => {
    const lines = source.slice(0, at).split(/\r\n|\r|\n/);
    return { offset: at, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  };
  return { file, start: positionAt(offset), end: positionAt(offset + marked.length) };
}

const render = (source: string, marked: string, more: Partial<Problem> = {}): string =>
  renderProblem(
    { code: 'port-range-uneven', severity: 'error', message: 'It is wrong.', at: spanOf(source, marked), ...more },
    () => source,
    plainPaint,
  );

test('place, message, frame, hint, specification and related places', () => {
  const source = 'services:\n  web:\n    ports:\n      - "8080-8082:80"\n';
  const related = [{ message: 'The service begins here.', at: spanOf(source, 'web') }];
  expect(render(source, '"8080-8082:80"', { hint: 'Give 3 ports.', spec: 'Compose §5', related })).toBe(
    `compose.yaml:4:9 error port-range-uneven: It is wrong.
  3 |     ports:
  4 |       - "8080-8082:80"
    |         ^^^^^^^^^^^^^^
  hint: Give 3 ports.
  spec: Compose §5
  compose.yaml:2:3 The service begins here.
  1 | services:
  2 |   web:
    |   ^^^`,
  );
});

test.each([
  ['CR LF', 'a:\r\n  b: x\r\n', 'x'],
  ['CR', 'a:\r  b: x\r', 'x'],
])('line breaks: %s', (_name, source, marked) => {
  expect(render(source, marked).split('\n').slice(1)).toEqual(['  1 | a:', '  2 |   b: x', '    |      ^']);
});

test('a place over several lines is marked to the end of its first', () => {
  expect(render('a: |\n  x\n  y\n', '|\n  x\n  y').split('\n').slice(1)).toEqual(['  1 | a: |', '    |    ^']);
});

test('a place at the end of the text, or behind it', () => {
  const end = { offset: 4, line: 1, column: 5 };
  const problem: Problem = { code: 'c', severity: 'error', message: 'm', at: { file: 'f', start: end, end } };
  expect(renderProblem(problem, () => 'a: [', plainPaint)).toBe('f:1:5 error c: m\n  1 | a: [\n    |     ^');
  expect(renderProblem(problem, () => 'a', plainPaint)).toBe('f:1:5 error c: m');
  expect(renderProblem(problem, () => undefined, plainPaint)).toBe('f:1:5 error c: m');
});

test('a long line is cut around the place', () => {
  const source = `${'a'.repeat(1_000_000)}HERE${'b'.repeat(1_000_000)}`;
  const [, line = '', pointer = ''] = render(source, 'HERE').split('\n');
  expect(line).toHaveLength(126);
  expect(line.indexOf('HERE')).toBe(pointer.indexOf('^^^^'));
});

test('nothing from a file reaches the terminal as a control character', () => {
  const source = 'a: "\u001b[2Jx\u202e\ttab"';
  const text = render(source, 'tab', { message: `bad \u001b[31m\nvalue ${'z'.repeat(10_000)}`, hint: '\u0007' });
  expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(text.length).toBeLessThan(3000);
  const [, line = '', pointer = ''] = text.split('\n');
  expect(line.indexOf('tab')).toBe(pointer.indexOf('^^^'));
});

test('the edge paints', () => {
  const problem: Problem = { code: 'c', severity: 'warning', message: 'm' };
  expect(
    renderProblem(
      problem,
      () => undefined,
      (role, text) => `<${role}>${text}</>`,
    ),
  ).toBe('<warning>warning</> <code>c</>: m');
});

test('counts', () => {
  const one = (severity: Problem['severity']): Problem => ({ code: 'c', severity, message: 'm' });
  expect(renderCounts([])).toBe('no problems');
  expect(renderCounts([one('error'), one('warning'), one('error'), one('info')])).toBe('2 errors, 1 warning, 1 note');
});

test('JSON form', () => {
  const source = 'a: b';
  const at = { file: 'compose.yaml', line: 1, column: 4, endLine: 1, endColumn: 5 };
  expect(
    problemJson({
      code: 'c',
      severity: 'info',
      message: 'm',
      at: spanOf(source, 'b'),
      related: [{ message: 'r', at: spanOf(source, 'b') }],
    }),
  ).toEqual({ code: 'c', severity: 'info', message: 'm', at, related: [{ message: 'r', at }] });
  expect(problemJson({ code: 'c', severity: 'info', message: 'm' })).toEqual({
    code: 'c',
    severity: 'info',
    message: 'm',
  });
});
