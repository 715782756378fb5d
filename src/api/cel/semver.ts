// Semantic versions, read strictly or leniently, with upstream's error texts in upstream's order.

import { quote } from './address.js';
import { READ_PRICE } from './price.js';
import { global, member, type Overload } from './signature.js';
import { Fault, LibraryValue, type Result } from './value.js';

const UINT64 = 2n ** 64n;

/** A version; build metadata takes no part in comparisons. */
export class SemverValue extends LibraryValue {
  readonly celType = 'kubernetes.Semver';
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly prerelease: readonly string[];

  constructor(numbers: readonly [bigint, bigint, bigint], prerelease: readonly string[]) {
    super();
    this.numbers = numbers;
    this.prerelease = prerelease;
  }

  override equals(other: LibraryValue): boolean {
    return other instanceof SemverValue && this.compare(other) === 0;
  }

  /** -1, 0 or 1 by precedence. */
  compare(other: SemverValue): -1 | 0 | 1 {
    for (let index = 0; index < 3; index++) {
      const a = this.numbers[index]!;
      const b = other.numbers[index]!;
      if (a !== b) return a < b ? -1 : 1;
    }
    return comparePrereleases(this.prerelease, other.prerelease);
  }
}

// A version without pre-release comes after all of its pre-releases.
function comparePrereleases(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  if (a.length === 0 || b.length === 0) {
    return a.length === b.length ? 0 : a.length === 0 ? 1 : -1;
  }
  for (let index = 0; index < a.length && index < b.length; index++) {
    const order = compareIdentifiers(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

function compareIdentifiers(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  const isNumberA = isDigits(a);
  if (isNumberA !== isDigits(b)) return isNumberA ? -1 : 1;
  if (isNumberA) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  return a < b ? -1 : 1;
}

function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

/** Thrown within this file only, where a text is no version. */
class VersionError extends Error {}

function stop(problem: string): never {
  throw new VersionError(problem);
}

/** Reads a version; the fault has upstream's reason. */
export function parseSemver(text: string): SemverValue | Fault {
  return guarded(() => parseStrict(text));
}

/** Reads a version leniently: `v1.2` is 1.2.0, `01.2.3` is 1.2.3. */
export function parseLenientSemver(text: string): SemverValue | Fault {
  return guarded(() => parseStrict(normalise(text)));
}

function guarded(parse: () => SemverValue): SemverValue | Fault {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof VersionError)) throw error;
    return new Fault(error.message);
  }
}

function splitDots(text: string): string[] {
  const first = text.indexOf('.');
  if (first < 0) return [text];
  const second = text.indexOf('.', first + 1);
  if (second < 0) return [text.slice(0, first), text.slice(first + 1)];
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

function normalise(text: string): string {
  const parts = splitDots(text.replace(/^v/, '')).map((part) => {
    if (part.length <= 1) return part;
    const stripped = part.replace(/^0+/, '');
    return /^[0-9]/.test(stripped) ? stripped : `0${stripped}`;
  });
  if (parts.length < 3) {
    if (/[+-]/.test(parts.at(-1)!)) {
      stop('short version cannot contain PreRelease/Build meta data');
    }
    while (parts.length < 3) parts.push('0');
  }
  return parts.join('.');
}

function parseStrict(text: string): SemverValue {
  if (text === '') stop('Version string empty');
  const parts = splitDots(text);
  if (parts.length !== 3) stop('No Major.Minor.Patch elements found');
  const [majorText, minorText, rest] = parts as [string, string, string];
  const major = parseNumber(majorText, 'major', 'Major');
  const minor = parseNumber(minorText, 'minor', 'Minor');
  const plus = rest.indexOf('+');
  const beforeBuild = plus < 0 ? rest : rest.slice(0, plus);
  const dash = beforeBuild.indexOf('-');
  const patchText = dash < 0 ? beforeBuild : beforeBuild.slice(0, dash);
  const patch = parseNumber(patchText, 'patch', 'Patch');
  const prerelease = dash < 0 ? [] : beforeBuild.slice(dash + 1).split('.');
  prerelease.forEach(checkPrerelease);
  if (plus >= 0)
    rest
      .slice(plus + 1)
      .split('.')
      .forEach(checkBuild);
  return new SemverValue([major, minor, patch], prerelease);
}

function parseNumber(text: string, name: string, title: string): bigint {
  if (!/^[0-9]*$/.test(text)) {
    stop(`Invalid character(s) found in ${name} number ${quote(text)}`);
  }
  if (/^0./.test(text)) stop(`${title} number must not contain leading zeroes ${quote(text)}`);
  if (text === '') stop('strconv.ParseUint: parsing "": invalid syntax');
  const value = text.length > 20 ? UINT64 : BigInt(text);
  if (value >= UINT64) stop(`strconv.ParseUint: parsing ${quote(text)}: value out of range`);
  return value;
}

function checkPrerelease(part: string): void {
  if (part === '') stop('Prerelease is empty');
  if (isDigits(part)) {
    if (/^0./.test(part)) {
      stop(`Numeric PreRelease version must not contain leading zeroes ${quote(part)}`);
    }
    if (part.length > 20 || BigInt(part) >= UINT64) {
      stop(`strconv.ParseUint: parsing ${quote(part)}: value out of range`);
    }
  } else if (!/^[0-9A-Za-z-]+$/.test(part)) {
    stop(`Invalid character(s) found in prerelease ${quote(part)}`);
  }
}

function checkBuild(part: string): void {
  if (part === '') stop('Build meta data is empty');
  if (!/^[0-9A-Za-z-]+$/.test(part)) {
    stop(`Invalid character(s) found in build meta data ${quote(part)}`);
  }
}

function semver(text: string, isLenient?: unknown): Result {
  return isLenient === true ? parseLenientSemver(text) : parseSemver(text);
}

function isSemver(text: string, isLenient?: unknown): Result {
  return !(semver(text, isLenient) instanceof Fault);
}

// The numbers are 64 bits without a sign upstream and come out as ints.
const numberAt = (index: 0 | 1 | 2) => (version: SemverValue) =>
  BigInt.asIntN(64, version.numbers[index]);

/** The functions on versions. */
export const SEMVER_FUNCTIONS: readonly Overload[] = [
  global('semver', 'string -> semver', semver, READ_PRICE),
  global('isSemver', 'string -> bool', isSemver, READ_PRICE),
  member('major', 'semver -> int', numberAt(0)),
  member('minor', 'semver -> int', numberAt(1)),
  member('patch', 'semver -> int', numberAt(2)),
  member('compareTo', 'semver, semver -> int', (a: SemverValue, b: SemverValue) =>
    BigInt(a.compare(b)),
  ),
  member(
    'isGreaterThan',
    'semver, semver -> bool',
    (a: SemverValue, b: SemverValue) => a.compare(b) > 0,
  ),
  member(
    'isLessThan',
    'semver, semver -> bool',
    (a: SemverValue, b: SemverValue) => a.compare(b) < 0,
  ),
];

/** The forms with a flag for lenient reading, new in 1.33. */
export const SEMVER_LENIENT_FUNCTIONS: readonly Overload[] = [
  global('semver', 'string, bool -> semver', semver, READ_PRICE),
  global('isSemver', 'string, bool -> bool', isSemver, READ_PRICE),
];
