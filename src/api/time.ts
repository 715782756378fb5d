// Points in time as the API writes them: RFC 3339 texts, read without the wall clock's machinery.
// Follows apimachinery `meta/v1` Time and MicroTime of Kubernetes 1.37.

const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

const DAY_SECONDS = 86_400;

/** An RFC 3339 text in parts. */
export interface Rfc3339 {
  /** Whole seconds since 1970, UTC. */
  readonly seconds: number;
  /** Decimals of the second as they are written, without the point. */
  readonly decimals: string;
  /** Seconds east of UTC. */
  readonly offsetSeconds: number;
}

/** Reads an RFC 3339 text; undefined for any other, and for days and hours that do not exist. */
export function parseRfc3339(text: string): Rfc3339 | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  const days = daysSinceEpoch(year, month, day);
  if (dateOf(days).month !== month) return undefined;
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (offsetHours > 24 || offsetMinutes > 59) return undefined;
  const offsetSeconds = (offsetHours * 3600 + offsetMinutes * 60) * (match[8] === '-' ? -1 : 1);
  const seconds = days * DAY_SECONDS + hour * 3600 + minute * 60 + second - offsetSeconds;
  return { seconds, decimals: match[7] ?? '', offsetSeconds };
}

/**
 * Reads an RFC 3339 text into microseconds since 1970; undefined for any other text.
 *
 * Digits beyond microseconds are dropped.
 */
export function parseTime(text: string): bigint | undefined {
  const time = parseRfc3339(text);
  if (!time) return undefined;
  const micros = BigInt(time.decimals.padEnd(6, '0').slice(0, 6));
  return BigInt(time.seconds) * 1_000_000n + micros;
}

/** Writes microseconds since 1970 as RFC 3339 in UTC: whole seconds, or six decimals. */
export function formatTime(timeUs: bigint, micro = false): string {
  const micros = ((timeUs % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = Number((timeUs - micros) / 1_000_000n);
  const days = Math.floor(seconds / DAY_SECONDS);
  const rest = seconds - days * DAY_SECONDS;
  const { year, month, day } = dateOf(days);
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(twoDigits);
  const fraction = micro ? `.${micros.toString().padStart(6, '0')}` : '';
  const date = `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
  return `${date}T${clock.join(':')}${fraction}Z`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * Days from 1970-01-01 to a date of the proleptic Gregorian calendar; months count from 1.
 *
 * @source Howard Hinnant, days_from_civil: years begin in March, so leap days come last
 */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leaps = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leaps + dayOfYear - 719_468;
}

/** The date that is `days` after 1970-01-01. */
export function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
