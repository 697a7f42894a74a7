/** What is in the secrets and configs an application declares. */
import { readBoolean, textOf } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isDeferred } from '../../model/value.ts';
import type { Deployment } from '../deployment.ts';
import type { Instance } from '../instance.ts';
import { findEntity } from '../resolve/lookup.ts';
import { resolveValue } from '../resolve/resolve.ts';
import type { ContentOf } from './files.ts';

const nothing = (): undefined => undefined;

export function contentsOf(
  deployment: Deployment,
  from: Instance,
): { readonly secret: ContentOf; readonly config: ContentOf } {
  const { instances, root, materials } = deployment;
  const contentOf =
    (kind: 'secret' | 'config'): ContentOf =>
    (id, complain) => {
      const search = findEntity(instances, from, id);
      const entity = search.kind === 'found' ? search.entity : undefined;
      if (entity?.kind !== kind) {
        complain('deploy-reference', `There is no ${kind} "${id}".`);
        return undefined;
      }
      if (readBoolean(entity.config, `${kind}.external`) === true) {
        complain('deploy-reference', `The ${kind} "${id}" is external; only a swarm has such.`);
        return undefined;
      }
      const value = entity.config.get(`${kind}.value`) ?? null;
      const path = filePath(value);
      const file = path === undefined ? undefined : materials.files.get(path);
      // A file is handed on byte by byte; it need not be a text.
      if (file !== undefined) return file;
      const resolution = resolveValue(value, entity, { instances, root, materials, sensor: nothing });
      const text = resolution.kind === 'value' ? textOf(resolution.value) : undefined;
      if (text !== undefined) return Buffer.from(text);
      const why = resolution.kind === 'failed' ? resolution.why : 'it has no value';
      complain('deploy-material', `The content of ${kind} "${id}" is not known: ${why}.`);
      return undefined;
    };
  return { secret: contentOf('secret'), config: contentOf('config') };
}

/** Of `$brooklyn:external("file", "path")`. */
function filePath(value: Value): string | undefined {
  const [step] = isDeferred(value) && value.kind === 'dsl' ? value.steps : [];
  if (step?.kind !== 'call' || step.name !== 'external' || step.arguments[0] !== 'file') return undefined;
  return textOf(step.arguments[1]);
}
