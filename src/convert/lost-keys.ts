/**
 * What a writer could not say, told of the leaves of the compose file it came from: a writer knows entities and keys,
 * and a leaf is not carried when the key that holds it is lost on the way.
 */
import { serviceRows } from '../compose/model/service-rows.ts';
import type { Row } from '../compose/model/row.ts';
import type { Report, ReportLine } from '../diagnostic/report.ts';

/** `textOf`: what the file says at a line's place. */
export function spreadLosses(read: Report, written: Report, textOf: (line: ReportLine) => string): Report {
  const lost = written.filter(({ fate }) => fate === 'lost');
  if (lost.length === 0) return read;
  const leaves = new Map<string, ReportLine[]>();
  for (const line of read) {
    const service = /^services\.([A-Za-z0-9_-]+|\["[^"]*"\])/.exec(line.path)?.[1]?.replace(/^\["|"\]$/g, '');
    if (service !== undefined) leaves.set(service, [...(leaves.get(service) ?? []), line]);
  }
  const reasons = new Map<ReportLine, ReportLine>();
  for (const line of lost)
    for (const [service, own] of leaves) {
      if (!line.path.startsWith(`${service}.`)) continue;
      for (const leaf of leavesOf(own, line.path.slice(service.length + 1), textOf)) reasons.set(leaf, line);
    }
  return read.map((line) => {
    const why = line.fate === 'carried' ? reasons.get(line) : undefined;
    return why === undefined ? line : { ...line, fate: why.fate, reason: why.reason ?? '' };
  });
}

const rows: readonly (readonly [string, Row])[] = Object.entries(serviceRows);

function leavesOf(
  own: readonly ReportLine[],
  key: string,
  textOf: (line: ReportLine) => string,
): readonly ReportLine[] {
  // The members themselves.
  if (/^dynamic(?:cluster|fabric)\.memberspec$/.test(key)) return own;
  const found = rows.flatMap(([attribute, { keys }]) => {
    const name = keys.find((one) => key === one || key.startsWith(`${one}.`));
    return name === undefined ? [] : [{ attribute, inner: key.slice(name.length + 1) }];
  });
  return found.flatMap(({ attribute, inner }) => {
    const all = own.filter(({ path }) => path.split(/[.[]/).includes(attribute));
    // An entry is found by its name, which may be a key or the beginning of a text.
    const named = inner === '' ? [] : all.filter((leaf) => leaf.path.includes(inner) || textOf(leaf).includes(inner));
    return named.length > 0 ? named : all;
  });
}
