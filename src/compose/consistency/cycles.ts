/** Services that wait for each other. */
import type { MapEntry, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { entriesOf, keyOf } from '../nodes.ts';
import type { Whole } from './rule.ts';

type Visit = { readonly name: string; readonly waits: readonly MapEntry[]; next: number };

/** One problem for each circle met, at the dependency that closes it. Iterative: chains may be long. */
export function checkCycles({ services, report }: Whole): void {
  const done = new Set<string>();
  for (const start of services.keys()) {
    if (done.has(start)) continue;
    const stack: Visit[] = [visitOf(start, services)];
    const open = new Set([start]);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const entry = top.waits[top.next++];
      if (entry === undefined) {
        stack.pop();
        open.delete(top.name);
        done.add(top.name);
        continue;
      }
      const name = keyOf(entry);
      if (open.has(name)) {
        const circle = stack.slice(stack.findIndex((visit) => visit.name === name)).map((visit) => visit.name);
        const message = `These services wait for each other: ${[...circle, name].join(' → ')}.`;
        report('dependency-cycle', message, entry.key.span);
      } else if (services.has(name) && !done.has(name)) {
        stack.push(visitOf(name, services));
        open.add(name);
      }
    }
  }
}

const visitOf = (name: string, services: ReadonlyMap<string, Node>): Visit => ({
  name,
  waits: entriesOf(valueOf(services.get(name), 'depends_on')),
  next: 0,
});
