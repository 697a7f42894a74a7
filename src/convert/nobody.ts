/** What stands for an application where there is none, because of what is wrong with the documents. */
import type { Application } from '../model/entity.ts';
import { typeName } from '../model/type-names.ts';
import type { ReadRequest } from './request.ts';

export const nobody: Application = {
  type: typeName.application,
  config: new Map(),
  parameters: [],
  policies: [],
  enrichers: [],
  initializers: [],
  tags: [],
  children: [],
  metadata: new Map(),
};

export const textsOf = ({ documents }: ReadRequest): ReadonlyMap<string, string> =>
  new Map(documents.map(({ path, text }) => [path, text]));
