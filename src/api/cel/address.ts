// IP addresses and networks in CIDR notation, with the error texts of Go's `net/netip`.

import { Fault, LibraryValue } from './value.js';

/** An address: 4 or 16 bytes. */
export class IpValue extends LibraryValue {
  readonly celType = 'net.IP';
  readonly bytes: readonly number[];

  constructor(bytes: readonly number[]) {
    super();
    this.bytes = bytes;
  }

  get family(): 4 | 6 {
    return this.bytes.length === 4 ? 4 : 6;
  }

  override equals(other: LibraryValue): boolean {
    return other instanceof IpValue && sameBytes(this.bytes, other.bytes);
  }

  override toString(): string {
    return this.family === 4 ? this.bytes.join('.') : showIpv6(this.bytes);
  }
}

/** A network: an address, which may have bits behind the prefix, and the length of the prefix. */
export class CidrValue extends LibraryValue {
  readonly celType = 'net.CIDR';
  readonly ip: IpValue;
  readonly length: number;

  constructor(ip: IpValue, length: number) {
    super();
    this.ip = ip;
    this.length = length;
  }

  override equals(other: LibraryValue): boolean {
    return other instanceof CidrValue && this.length === other.length && this.ip.equals(other.ip);
  }

  /** The same network without bits behind the prefix. */
  masked(): CidrValue {
    return new CidrValue(maskIp(this.ip, this.length), this.length);
  }

  containsIp(ip: IpValue): boolean {
    if (ip.family !== this.ip.family) return false;
    return maskIp(ip, this.length).equals(maskIp(this.ip, this.length));
  }

  containsCidr(other: CidrValue): boolean {
    return this.length <= other.length && this.containsIp(other.ip);
  }

  override toString(): string {
    return `${this.ip}/${this.length}`;
  }
}

function sameBytes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function maskIp(ip: IpValue, length: number): IpValue {
  const bytes = ip.bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - index * 8));
    return byte & (0xff00 >> kept) & 0xff;
  });
  return new IpValue(bytes);
}

// RFC 5952: the longest run of two or more zero fields is written `::`, the first of equal ones.
function showIpv6(bytes: readonly number[]): string {
  const fields = Array.from(
    { length: 8 },
    (_, index) => bytes[2 * index]! * 256 + bytes[2 * index + 1]!,
  );
  let start = -1;
  let length = 1;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && fields[to] === 0) to++;
    if (to - from > length) {
      start = from;
      length = to - from;
    }
  }
  const show = (part: number[]) => part.map((field) => field.toString(16)).join(':');
  if (start < 0) return show(fields);
  return `${show(fields.slice(0, start))}::${show(fields.slice(start + length))}`;
}

/** Reads an address; mapped ones and zones are refused. */
export function parseIp(text: string): IpValue | Fault {
  const parsed = parseAddress(text);
  if ('problem' in parsed) {
    return new Fault(
      `IP Address ${quote(text)} parse error during conversion from string: ${parsed.problem}`,
    );
  }
  if (parsed.hasZone) return new Fault(`IP address ${quote(text)} with zone value is not allowed`);
  if (isMapped(parsed.bytes)) {
    return new Fault(`IPv4-mapped IPv6 address ${quote(text)} is not allowed`);
  }
  return new IpValue(parsed.bytes);
}

const CIDR_ERROR = 'network address parse error during conversion from string: ';

/** Reads a network. */
export function parseCidr(text: string): CidrValue | Fault {
  const slash = text.lastIndexOf('/');
  const refuse = (problem: string) =>
    new Fault(`${CIDR_ERROR}${CIDR_ERROR}netip.ParsePrefix(${quote(text)}): ${problem}`);
  if (slash < 0) return refuse("no '/'");
  const parsed = parseAddress(text.slice(0, slash));
  if ('problem' in parsed) return refuse(parsed.problem);
  if (parsed.hasZone) return refuse('IPv6 zones cannot be present in a prefix');
  const bits = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d*)$/.test(bits) || bits.length > 18) {
    return refuse(`bad bits after slash: ${quote(bits)}`);
  }
  if (Number(bits) > parsed.bytes.length * 8) return refuse('prefix length out of range');
  if (isMapped(parsed.bytes)) {
    return new Fault(`${CIDR_ERROR}IPv4-mapped IPv6 address ${quote(text)} is not allowed`);
  }
  return new CidrValue(new IpValue(parsed.bytes), Number(bits));
}

function isMapped(bytes: readonly number[]): boolean {
  if (bytes.length !== 16 || bytes[10] !== 0xff || bytes[11] !== 0xff) return false;
  return bytes.slice(0, 10).every((byte) => byte === 0);
}

type Parsed = { bytes: number[]; hasZone: boolean } | { problem: string };

/** Thrown within this file only, where Go gives up reading an address. */
class AddressError extends Error {}

function stop(problem: string, at = ''): never {
  throw new AddressError(at === '' ? problem : `${problem} (at ${quote(at)})`);
}

function parseAddress(text: string): Parsed {
  try {
    const mark = /[.:%]/.exec(text)?.[0];
    if (mark === undefined) stop('unable to parse IP');
    if (mark === '%') stop('missing IPv6 address');
    if (mark === '.') return { bytes: parseIpv4(text), hasZone: false };
    return parseIpv6(text);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    return { problem: `ParseAddr(${quote(text)}): ${error.message}` };
  }
}

function parseIpv4(text: string): number[] {
  const bytes: number[] = [];
  let value = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char >= '0' && char <= '9') {
      if (digits === 1 && value === 0) stop('IPv4 field has octet with leading zero');
      value = value * 10 + Number(char);
      digits++;
      if (value > 255) stop('IPv4 field has value >255');
    } else if (char === '.') {
      if (index === 0 || index === text.length - 1 || text[index - 1] === '.') {
        stop('IPv4 field must have at least one digit', text.slice(index));
      }
      if (bytes.length === 3) stop('IPv4 address too long');
      bytes.push(value);
      value = 0;
      digits = 0;
    } else {
      stop('unexpected character', text.slice(index));
    }
  }
  if (bytes.length < 3) stop('IPv4 address too short');
  return [...bytes, value];
}

function parseIpv6(text: string): { bytes: number[]; hasZone: boolean } {
  const percent = text.indexOf('%');
  let rest = percent < 0 ? text : text.slice(0, percent);
  if (percent === text.length - 1) stop('zone must be a non-empty string');
  const bytes: number[] = [];
  let gap = -1;
  if (rest.startsWith('::')) {
    gap = 0;
    rest = rest.slice(2);
  }
  while (bytes.length < 16 && (rest !== '' || gap < 0 || bytes.length > 0)) {
    if (rest === '' && gap === bytes.length) break;
    rest = parseField(rest, bytes, gap);
    if (rest === '') break;
    if (rest[0] !== ':') stop('unexpected character, want colon', rest);
    if (rest.length === 1) stop('colon must be followed by more characters', rest);
    rest = rest.slice(1);
    if (rest[0] !== ':') continue;
    if (gap >= 0) stop('multiple :: in address', rest);
    gap = bytes.length;
    rest = rest.slice(1);
  }
  if (rest !== '') stop('trailing garbage after address', rest);
  return { bytes: fillGap(bytes, gap), hasZone: percent >= 0 };
}

/** Reads one field, or the IPv4 address at the end; gives what follows. */
function parseField(rest: string, bytes: number[], gap: number): string {
  const digits = /^[0-9a-fA-F]*/.exec(rest)![0];
  if (digits.length > 4) stop('each group must have 4 or less digits', rest);
  if (digits === '') stop('each colon-separated field must have at least one digit', rest);
  if (rest[digits.length] === '.') {
    if (gap < 0 && bytes.length !== 12) {
      stop('embedded IPv4 address must replace the final 2 fields of the address', rest);
    }
    if (bytes.length + 4 > 16) {
      stop('too many hex fields to fit an embedded IPv4 at the end of the address', rest);
    }
    bytes.push(...parseIpv4(rest));
    return '';
  }
  const value = parseInt(digits, 16);
  bytes.push(value >> 8, value & 0xff);
  return rest.slice(digits.length);
}

function fillGap(bytes: number[], gap: number): number[] {
  if (bytes.length === 16) {
    if (gap >= 0) stop('the :: must expand to at least one field of zeros');
    return bytes;
  }
  if (gap < 0) stop('address string too short');
  const zeros = new Array<number>(16 - bytes.length).fill(0);
  return [...bytes.slice(0, gap), ...zeros, ...bytes.slice(gap)];
}

/** A text in double quotes, as Go's `%q` has it for usual characters. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
