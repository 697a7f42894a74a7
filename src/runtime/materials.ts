/** Materials as they are sent and kept: JSON, files in Base64. */
import type { Materials } from '../deploy/index.ts';
import { noMaterials } from '../deploy/index.ts';
import type { MaterialsRecord } from './records.ts';

const mapOf = (record: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(record));

export function materialsOf(record: MaterialsRecord | undefined): Materials {
  if (record === undefined) return noMaterials;
  return {
    environment: mapOf(record.environment),
    variables: new Map(Object.entries(record.variables).map(([path, variables]) => [path, mapOf(variables)])),
    files: new Map(Object.entries(record.files).map(([path, content]) => [path, Buffer.from(content, 'base64')])),
    contexts: mapOf(record.contexts),
  };
}

export const isEmpty = ({ environment, variables, files, contexts }: MaterialsRecord): boolean =>
  [environment, variables, files, contexts].every((each) => Object.keys(each).length === 0);
