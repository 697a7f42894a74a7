/** `image`: said by an entity's type, `docker:image:tag`; by keys where a blueprint overrides it. */
import { parseImageReference, renderImageReference } from '../../model/image-reference.ts';
import { readText } from '../../model/read.ts';
import { nothing } from './row.ts';
import type { Row } from './row.ts';
import { mapOf } from './values.ts';

export const image: Row = {
  keys: ['docker.image.name', 'docker.image.tag', 'docker.image.digest', 'docker.image.id', 'docker.registry.url'],
  encode(value) {
    if (typeof value !== 'string') return nothing;
    const { name, tag, digest } = parseImageReference(value);
    return mapOf({ 'docker.image.name': name, 'docker.image.tag': tag, 'docker.image.digest': digest });
  },
  decode(config) {
    const id = readText(config, 'docker.image.id');
    const name = readText(config, 'docker.image.name');
    if (id !== undefined || name === undefined) return id;
    const registry = readText(config, 'docker.registry.url');
    const tag = readText(config, 'docker.image.tag');
    const digest = readText(config, 'docker.image.digest');
    return renderImageReference({
      name: registry === undefined ? name : `${registry.replace(/\/+$/, '')}/${name}`,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    });
  },
};
