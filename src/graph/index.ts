/** Pictures of an application: its entities, what is in what, what waits for, uses, or is attached to what. */
import type { Application } from '../model/entity.ts';
import { renderDot } from './dot.ts';
import { drawLines } from './lines.ts';
import { renderMermaid } from './mermaid.ts';
import { drawBoxes } from './picture.ts';
import type { Picture } from './picture.ts';
import { renderSvg } from './svg.ts';

export const graphFormats = ['mermaid', 'dot', 'svg'] as const;

export type GraphFormat = (typeof graphFormats)[number];

const renderers = { mermaid: renderMermaid, dot: renderDot, svg: renderSvg } as const satisfies Readonly<
  Record<GraphFormat, (picture: Picture) => string>
>;

/** The same text for the same application. `title` stands over an application without a name. */
export function renderGraph(application: Application, format: GraphFormat, title: string): string {
  const { boxes, drawn } = drawBoxes(application);
  const picture = { title: application.name ?? application.id ?? title, boxes, lines: drawLines(drawn) };
  return renderers[format](picture);
}
