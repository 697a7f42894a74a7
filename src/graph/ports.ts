/** Ports an entity publishes on its host, as a person writes them: `8080 → 80`. */
import { readList, readMap, textEntries, textOf } from '../model/read.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { isMap } from '../model/value.ts';

export function publishedPorts(config: ValueMap): readonly string[] {
  const direct = (readList(config, 'docker.container.directPorts') ?? []).flatMap((port) => textOf(port) ?? []);
  const bound = textEntries(readMap(config, 'docker.container.portBindings')).flatMap(([host, container]) =>
    mapping(host, textOf(container)),
  );
  const published = (readList(config, 'docker.container.publishedPorts') ?? []).flatMap(publishedPort);
  return [...direct.flatMap((port) => mapping(port, port)), ...bound, ...published];
}

const mapping = (host: string | undefined, container: string | undefined): readonly string[] =>
  container === undefined ? [] : [host === undefined || host === '' ? container : `${host} → ${container}`];

function publishedPort(port: Value): readonly string[] {
  if (!isMap(port)) return textOf(port) === undefined ? [] : [String(textOf(port))];
  return mapping(textOf(port.get('published')), textOf(port.get('target')));
}
