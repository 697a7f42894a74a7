/** What containers print: several at once, line by line. */
import type { ResultOf } from '../../api/index.ts';
import { Fault } from '../../diagnostic/fault.ts';
import type { StatusRecord } from '../../runtime/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { merge } from '../merge.ts';
import { inTreeOrder } from '../tree-order.ts';

type Line = ResultOf<'getLogs'> extends AsyncIterable<infer L> ? L : never;

export const logHandlers = ({ applications, logs }: ServerDeps): Pick<Handlers, 'getLogs'> => ({
  getLogs: async ({ params, query, signal }) => {
    const record = await applications.records.get(params.application);
    if (record === undefined)
      throw new Fault('application-unknown', `There is no application called ${params.application}.`);
    const statuses = inTreeOrder(await applications.records.statuses(params.application));
    const wanted = containersOf(statuses, query.entity, params.application);
    const options = {
      follow: query.follow === 'true',
      timestamps: query.timestamps === 'true',
      signal,
      ...(query.tail === undefined ? {} : { tail: Number(query.tail) }),
      ...(query.since === undefined ? {} : { since: query.since }),
    };
    const sources = wanted.map(({ instance, container }) => labelled(instance, logs.lines(container, options)));
    return query.follow === 'true' ? merge(sources) : inTurn(sources);
  },
});

type Wanted = { readonly instance: string; readonly container: string };

function containersOf(
  statuses: readonly StatusRecord[],
  entity: string | undefined,
  application: string,
): readonly Wanted[] {
  const byId = new Map(statuses.map((status) => [status.instance, status]));
  const isIn = (status: StatusRecord | undefined): boolean =>
    status !== undefined &&
    (entity === undefined ||
      status.instance === entity ||
      status.planId === entity ||
      isIn(byId.get(status.parent ?? '')));
  const inside = statuses.filter(isIn);
  if (inside.length === 0 && entity !== undefined)
    throw new Fault('entity-unknown', `The application ${application} has no entity "${entity}".`);
  return inside.flatMap(({ instance, sensors }) => {
    const container = sensors['docker.container.id'];
    return typeof container === 'string' ? [{ instance, container }] : [];
  });
}

async function* labelled(
  entity: string,
  lines: AsyncIterable<{ readonly stream: 'stdout' | 'stderr'; readonly line: string }>,
): AsyncGenerator<Line> {
  for await (const { stream, line } of lines) yield { entity, stream, line };
}

async function* inTurn<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  for (const source of sources) yield* source;
}
