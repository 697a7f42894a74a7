/** Which entity refers to which: by the DSL, by latches and links, by the networks and the storage it is given. */
import { parseLatch } from '../model/latches.ts';
import { readList, readText, readTexts, textOf } from '../model/read.ts';
import { chainsIn, referencedId, valuesOf } from '../model/traverse.ts';
import type { Value } from '../model/value.ts';
import { isMap } from '../model/value.ts';
import type { Box, Drawn, Line, LineKind } from './picture.ts';

type Reference = { readonly to: string | undefined; readonly kind: LineKind; readonly label: string };

/** Entities by plan id, and by the name they have on an engine (`network.id`, `volume.id`, …). */
type Index = { readonly byId: ReadonlyMap<string, string>; readonly byName: ReadonlyMap<string, string> };

export function drawLines(drawn: readonly Drawn[]): readonly Line[] {
  const index = indexOf(drawn);
  const inside = new Map(drawn.map(({ box }) => [box.key, keysIn(box)]));
  const lines = new Map<string, Line>();
  for (const one of drawn) {
    for (const { to, kind, label } of referencesOf(one, index)) {
      // What is in what is drawn as a box in a box.
      if (to === undefined || inside.get(one.box.key)?.has(to) || inside.get(to)?.has(one.box.key)) continue;
      const line = { from: one.box.key, to, kind, label };
      const same = `${line.from} ${to}`;
      // One line between two boxes; what waits says more than what merely refers.
      if (!lines.has(same)) lines.set(same, line);
    }
  }
  return [...lines.values()];
}

const keysIn = (box: Box): ReadonlySet<string> =>
  new Set([box.key, ...box.boxes.flatMap((child) => [...keysIn(child)])]);

function indexOf(drawn: readonly Drawn[]): Index {
  const byId = new Map<string, string>();
  const byName = new Map<string, string>();
  const add = (map: Map<string, string>, name: string | undefined, key: string): void => {
    if (name !== undefined && !map.has(name)) map.set(name, key);
  };
  for (const { entity, box } of drawn) {
    add(byId, entity.id, box.key);
    add(byName, `${box.kind} ${readText(entity.config, `${box.kind}.id`) ?? entity.id}`, box.key);
    add(byName, `${box.kind} ${entity.id}`, box.key);
  }
  return { byId, byName };
}

function referencesOf({ entity }: Drawn, { byId, byName }: Index): readonly Reference[] {
  const { config } = entity;
  const named = (kind: string, name: string | undefined): string | undefined => byName.get(`${kind} ${name}`);
  const stored = (key: string, kind: string): readonly Reference[] =>
    (readList(config, key) ?? []).map((item) => ({ to: named(kind, sourceOf(item)), kind: 'storage', label: '' }));
  return [
    ...parseLatch(config.get('latch.start')).map(
      ({ entity: id }): Reference => ({ to: byId.get(id), kind: 'waits', label: 'after' }),
    ),
    ...(readTexts(config, 'network.list') ?? []).map(
      (name): Reference => ({ to: named('network', name), kind: 'network', label: '' }),
    ),
    ...stored('docker.container.volumes', 'volume'),
    ...stored('docker.container.secrets', 'secret'),
    ...stored('docker.container.configs', 'config'),
    ...linksOf(entity.config.get('docker.container.links')).map(
      (id): Reference => ({ to: byId.get(id), kind: 'uses', label: 'link' }),
    ),
    ...valuesOf(entity)
      .flatMap((value) => [...chainsIn(value)])
      .map((chain): Reference => ({ to: byId.get(referencedId(chain) ?? ''), kind: 'uses', label: '' })),
  ];
}

/** `data`, `data:/var/lib`, or `{source: data}`. */
function sourceOf(item: Value): string | undefined {
  return isMap(item) ? readText(item, 'source') : textOf(item)?.split(':')[0];
}

const linksOf = (links: Value | undefined): readonly string[] =>
  isMap(links) ? [...links.values()].flatMap((id) => textOf(id) ?? []) : [];
