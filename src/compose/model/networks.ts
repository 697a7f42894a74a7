/** `networks` of a service: the list Clocker always had, and what each attachment says beyond its network's name. */
import { readList, readMap, textOf } from '../../model/read.ts';
import { entry, nothing } from './row.ts';
import type { Row } from './row.ts';
import { entriesOf } from './values.ts';
import type { Value } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';

export const networks: Row = {
  keys: ['network.list', 'network.attachments'],
  encode(value, names) {
    if (!isMap(value)) return nothing;
    const attachments = entriesOf(value).map(([key, attachment]) => [names.networkId(key), attachment] as const);
    const said = attachments.filter(([, attachment]) => attachment !== null);
    return new Map([
      ...entry(
        'network.list',
        attachments.map(([id]) => id),
      ),
      ...(said.length === 0 ? nothing : entry('network.attachments', new Map(said))),
    ]);
  },
  decode(config, names) {
    const list = readList(config, 'network.list');
    if (list === undefined) return undefined;
    const attachments = readMap(config, 'network.attachments');
    return new Map(
      list.flatMap((item): (readonly [string, Value])[] => {
        const id = textOf(item);
        return id === undefined ? [] : [[names.networkKey(id), attachments?.get(id) ?? null]];
      }),
    );
  },
};
