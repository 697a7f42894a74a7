/** Where the values of a resource stand in its file, by their path as shapes write it: `spec.ingress[0].action`. */
import type { Position, Span } from '../../src/diagnostic/problem.ts';
import type { Node, ScalarNode } from '../../src/document/node.ts';

export type Places = {
  /** Of the value, or of the nearest one around it that is there. */
  valueAt(path: string): Span;
  keyAt(path: string): Span;
  /** A piece of a text; all of it where the text is written in a way in which pieces can't be told. */
  within(path: string, piece: { readonly at: number; readonly end: number }): Span;
};

/** As src/shape shortens long keys. */
const below = (at: string, key: string): string => {
  const name = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  return at === '' ? name : `${at}.${name}`;
};

export function indexPlaces(root: Node): Places {
  const values = new Map<string, Node>([['', root]]);
  const keys = new Map<string, Span>();

  function walk(node: Node, at: string): void {
    if (node.kind === 'list') {
      for (const [index, item] of node.items.entries()) put(item, `${at}[${index}]`);
      return;
    }
    if (node.kind !== 'map') return;
    for (const { key, value } of node.entries) {
      const path = below(at, key.kind === 'scalar' ? key.text : '');
      keys.set(path, key.span);
      put(value, path);
    }
  }
  function put(node: Node, path: string): void {
    if (values.has(path)) return;
    values.set(path, node);
    walk(node, path);
  }
  walk(root, '');

  const nearest = (path: string): Node => {
    for (let at = path; at !== ''; at = at.replace(/(?:\.[^.[\]]*|\[\d+\]|^[^.[\]]*)$/, '')) {
      const node = values.get(at);
      if (node !== undefined) return node;
    }
    return root;
  };
  return {
    valueAt: (path) => nearest(path).span,
    keyAt: (path) => keys.get(path) ?? nearest(path).span,
    within: (path, { at, end }) => {
      const node = values.get(path);
      return node?.kind === 'scalar' && isLiteral(node) ? pieceOf(node, at, end) : nearest(path).span;
    },
  };
}

/** Written character by character, on one line. */
const isLiteral = ({ style, text, span }: ScalarNode): boolean => {
  const marks = style === 'plain' ? 0 : style === 'single' || style === 'double' ? 2 : undefined;
  return (
    marks !== undefined &&
    span.end.line === span.start.line &&
    span.end.offset - span.start.offset === text.length + marks
  );
};

function pieceOf({ style, span, text }: ScalarNode, at: number, end: number): Span {
  const first = style === 'plain' ? 0 : 1;
  const moved = (by: number): Position => ({
    offset: span.start.offset + first + by,
    line: span.start.line,
    column: span.start.column + first + by,
  });
  return { file: span.file, start: moved(Math.min(at, text.length)), end: moved(Math.max(at + 1, end)) };
}
