/** `filters` of the engine's lists. */
export type Query = Readonly<Record<string, string>>;

/** `clocker.application=shop`, or only `clocker.application`. */
export const labelFilter = (labels: readonly string[]): Query =>
  labels.length === 0 ? {} : { filters: JSON.stringify({ label: labels }) };
