// The formats that `format.<name>()` gives, and what is wrong with a text in one of them.

import {
  labelNameProblems,
  labelValueProblems,
  qualifiedNameProblems,
  subdomainProblems,
} from '../names.js';
import { CelList } from './list.js';
import { tenth } from './meter.js';
import type { Price } from './price.js';
import { global, member, type Overload } from './signature.js';
import { multiplySaturating, scaleUp } from './size.js';
import { parseTimestamp, TimestampValue } from './timevalue.js';
import { parseUrl } from './url.js';
import { codePointLength, Fault, LibraryValue, Optional, type Result } from './value.js';

/** A format by its name. */
export class FormatValue extends LibraryValue {
  readonly celType = 'kubernetes.NamedFormat';
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  override equals(other: LibraryValue): boolean {
    return other instanceof FormatValue && this.name === other.name;
  }
}

interface Format {
  problems: (text: string) => string[];
  /** What its pattern contributes to the price of a validation. */
  patternCost: number;
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035_TEXT =
  'a DNS-1035 label must consist of lower case alphanumeric characters or ' +
  "'-', start with an alphabetic character, and end with an alphanumeric character (e.g. " +
  "'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

function label1035Problems(text: string): string[] {
  const problems = codePointLength(text) > 63 ? ['must be no more than 63 bytes'] : [];
  return LABEL_1035.test(text) ? problems : [...problems, LABEL_1035_TEXT];
}

const tested = (isValid: (text: string) => boolean, problem: string) => (text: string) =>
  isValid(text) ? [] : [problem];

// A prefix may end in a dash, because something will follow it.
const asPrefix = (problems: (name: string) => string[]) => (text: string) =>
  problems(text.length > 1 ? text.replace(/-$/, 'a') : text);

function isDate(text: string): boolean {
  return parseTimestamp(`${text}T00:00:00Z`) instanceof TimestampValue;
}

function isDateTime(text: string): boolean {
  const iso = text.replace(/^(.{10})[t ]/, '$1T').replace(/z$/, 'Z');
  return parseTimestamp(iso) instanceof TimestampValue;
}

// `ceil(0.25 * pattern)`, by the length of each format's pattern.
const SHORT_COST = 8;
const LONG_COST = 15;
const FIXED_COST = 18;

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['dns1123Label', { problems: labelNameProblems, patternCost: SHORT_COST }],
  ['dns1123Subdomain', { problems: subdomainProblems, patternCost: LONG_COST }],
  ['dns1035Label', { problems: label1035Problems, patternCost: SHORT_COST }],
  ['qualifiedName', { problems: qualifiedNameProblems, patternCost: LONG_COST }],
  ['dns1123LabelPrefix', { problems: asPrefix(labelNameProblems), patternCost: SHORT_COST }],
  ['dns1123SubdomainPrefix', { problems: asPrefix(subdomainProblems), patternCost: LONG_COST }],
  ['dns1035LabelPrefix', { problems: asPrefix(label1035Problems), patternCost: SHORT_COST }],
  ['labelValue', { problems: labelValueProblems, patternCost: 10 }],
  [
    'uri',
    {
      problems: (text) => {
        const url = parseUrl(text);
        return url instanceof Fault ? [url.text.replace(/^.*?string: /s, '')] : [];
      },
      patternCost: 276,
    },
  ],
  [
    'uuid',
    {
      problems: tested((text) => UUID.test(text), 'does not match the UUID format'),
      patternCost: FIXED_COST,
    },
  ],
  ['byte', { problems: tested((text) => BASE64.test(text), 'invalid base64'), patternCost: 21 }],
  ['date', { problems: tested(isDate, 'invalid date'), patternCost: FIXED_COST }],
  ['datetime', { problems: tested(isDateTime, 'invalid datetime'), patternCost: FIXED_COST }],
]);

function named(name: string): Result {
  return FORMATS.has(name) ? Optional.of(new FormatValue(name)) : Optional.NONE;
}

function validate(format: FormatValue, text: string): Result {
  const problems = FORMATS.get(format.name)!.problems(text);
  return problems.length === 0 ? Optional.NONE : Optional.of(CelList.of(problems));
}

const VALIDATE_PRICE: Price = {
  estimate: ([, text]) => multiplySaturating(scaleUp(text!.size.max, 0.1), 32n),
  charge: ([format, text]) => {
    const { patternCost } = FORMATS.get((format as unknown as FormatValue).name)!;
    return tenth(codePointLength(text as string) + 1) * patternCost;
  },
};

/** The functions of the format library. */
export const FORMAT_FUNCTIONS: readonly Overload[] = [
  ...[...FORMATS.keys()].map((name) =>
    global(`format.${name}`, ' -> format', () => new FormatValue(name)),
  ),
  global('format.named', 'string -> optional(format)', named),
  member('validate', 'format, string -> optional(list(string))', validate, VALIDATE_PRICE),
];
