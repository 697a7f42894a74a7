/**
 * Compose's normal form and the entity model, either way. Every attribute is a row of a table (service-rows.ts,
 * resource-rows.ts); what no config key says stays under `clocker.compose`, what Compose can't say under `x-clocker`.
 */
export type { BlueprintWords } from './extension.ts';
export { translateFromModel } from './from-model.ts';
export { translateToModel } from './to-model.ts';
export type { ModelResult } from './to-model.ts';
