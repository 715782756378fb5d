// The functions on IP addresses and networks.

import { type CidrValue, type IpValue, parseCidr, parseIp } from './address.js';
import { tenth } from './meter.js';
import { type Price, READ_PRICE, sharePrice } from './price.js';
import { global, member, type Overload } from './signature.js';
import { addSaturating, scaleUp } from './size.js';
import { codePointLength, Fault, NO_OVERLOAD, type Result, type Value } from './value.js';

function isCanonical(text: string): Result {
  const ip = parseIp(text);
  return ip instanceof Fault ? ip : ip.toString() === text;
}

function containsIpText(cidr: CidrValue, text: string): Result {
  const ip = parseIp(text);
  // Upstream drops the reason here.
  return ip instanceof Fault ? NO_OVERLOAD : cidr.containsIp(ip);
}

function containsCidrText(cidr: CidrValue, text: string): Result {
  const other = parseCidr(text);
  return other instanceof Fault ? other : cidr.containsCidr(other);
}

const isZero = (ip: IpValue) => ip.bytes.every((byte) => byte === 0);

function isLoopback({ bytes }: IpValue): boolean {
  if (bytes.length === 4) return bytes[0] === 127;
  return bytes[15] === 1 && bytes.slice(0, 15).every((byte) => byte === 0);
}

function isMulticast({ bytes }: IpValue): boolean {
  return bytes.length === 4 ? bytes[0]! >> 4 === 14 : bytes[0] === 0xff;
}

function isLinkLocalMulticast({ bytes }: IpValue): boolean {
  if (bytes.length === 4) return bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0;
  return bytes[0] === 0xff && (bytes[1]! & 0x0f) === 2;
}

function isLinkLocalUnicast({ bytes }: IpValue): boolean {
  if (bytes.length === 4) return bytes[0] === 169 && bytes[1] === 254;
  return bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80;
}

function isGlobalUnicast(ip: IpValue): boolean {
  const isBroadcast = ip.family === 4 && ip.bytes.every((byte) => byte === 255);
  if (isBroadcast || isZero(ip) || isLoopback(ip)) return false;
  return !isMulticast(ip) && !isLinkLocalUnicast(ip);
}

// Estimates reckon with 16 bytes of address; a call charges the bytes that the prefix covers.
function containsPrice(isCidr: boolean, isText: boolean): Price {
  const most = isCidr ? 7n : 4n;
  return {
    estimate: (operands) =>
      isText ? addSaturating(most, scaleUp(operands[1]!.size.max, 0.1)) : most,
    charge: ([cidr, other]) => {
      const bytes = Math.ceil((cidr as unknown as CidrValue).length / 8);
      const cost = Math.ceil(bytes * 0.2) + (isCidr ? tenth(bytes) + 1 : 0);
      return cost + (typeof other === 'string' ? tenth(codePointLength(other)) : 0);
    },
    byName: true,
  };
}

const isValid = (parse: (text: string) => Value | Fault) => (text: string) =>
  !(parse(text) instanceof Fault);

/** The functions on addresses and networks. */
export const ADDRESS_FUNCTIONS: readonly Overload[] = [
  global('ip', 'string -> ip', parseIp, READ_PRICE),
  global('isIP', 'string -> bool', isValid(parseIp), READ_PRICE),
  global('ip.isCanonical', 'string -> bool', isCanonical, sharePrice(0.2)),
  global('cidr', 'string -> cidr', parseCidr, READ_PRICE),
  global('isCIDR', 'string -> bool', isValid(parseCidr), READ_PRICE),
  member('family', 'ip -> int', (ip: IpValue) => BigInt(ip.family)),
  member('isUnspecified', 'ip -> bool', isZero),
  member('isLoopback', 'ip -> bool', isLoopback),
  member('isLinkLocalMulticast', 'ip -> bool', isLinkLocalMulticast),
  member('isLinkLocalUnicast', 'ip -> bool', isLinkLocalUnicast),
  member('isGlobalUnicast', 'ip -> bool', isGlobalUnicast),
  member('ip', 'cidr -> ip', (cidr: CidrValue) => cidr.ip),
  member('masked', 'cidr -> cidr', (cidr: CidrValue) => cidr.masked()),
  member('prefixLength', 'cidr -> int', (cidr: CidrValue) => BigInt(cidr.length)),
  member(
    'containsIP',
    'cidr, ip -> bool',
    (cidr: CidrValue, ip: IpValue) => cidr.containsIp(ip),
    containsPrice(false, false),
  ),
  member('containsIP', 'cidr, string -> bool', containsIpText, containsPrice(false, true)),
  member(
    'containsCIDR',
    'cidr, cidr -> bool',
    (cidr: CidrValue, other: CidrValue) => cidr.containsCidr(other),
    containsPrice(true, false),
  ),
  member('containsCIDR', 'cidr, string -> bool', containsCidrText, containsPrice(true, true)),
  global('string', 'ip -> string', (ip: IpValue) => ip.toString()),
  global('string', 'cidr -> string', (cidr: CidrValue) => cidr.toString()),
];
