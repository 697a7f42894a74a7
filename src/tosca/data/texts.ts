/** Texts with a grammar of their own: versions (2.0 §9.1.2.3) and times (RFC 3339, and YAML's own form before 2.0). */

const versionText = /^\d+\.\d+(?:\.\d+(?:\.\p{L}[\p{L}\p{N}_]*(?:-\d+)?)?)?$/u;

export const isVersionText = (text: string): boolean => text.length <= 256 && versionText.test(text);

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[-+]\d{2}:\d{2}))?$/;
const yamlTime =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2}):(\d{2})(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::?\d{2})?))?)?$/;

const inRange = (text: string | undefined, least: number, most: number): boolean =>
  text === undefined || (Number(text) >= least && Number(text) <= most);

function isTime(match: RegExpExecArray | null): boolean {
  if (match === null) return false;
  const [, year, month, day, hour, minute, second] = match;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return (
    inRange(month, 1, 12) &&
    inRange(day, 1, days) &&
    inRange(hour, 0, 23) &&
    inRange(minute, 0, 59) &&
    inRange(second, 0, 60)
  );
}

/** As 2.0 has it: date, `T`, time and zone, or a full date alone (RFC 3339 §5.6). */
export const isRfc3339 = (text: string): boolean => text.length <= 64 && isTime(rfc3339.exec(text));

/** As YAML 1.1 has it, which 1.x refers to: a date alone is one, and a space may stand for `T`. */
export const isTimestampText = (text: string): boolean => text.length <= 64 && isTime(yamlTime.exec(text));
