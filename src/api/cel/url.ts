// URLs, read as Go's `url.ParseRequestURI` reads them: absolute, or a path that begins with `/`.

import { quote } from './address.js';
import { CelList } from './list.js';
import { MapBuilder } from './map.js';
import type { Meter } from './meter.js';
import { type Price, READ_PRICE } from './price.js';
import { global, member, type Overload } from './signature.js';
import { decodeUtf8, encodeUtf8 } from './text.js';
import { Fault, LibraryValue, type Result } from './value.js';

const PATH_PLAIN = /[A-Za-z0-9\-_.~$&+,/:;=@]/;
const PATH_ALLOWED = /^[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]*$/;
const HOST_PLAIN = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%]|[^\x00-\x7f])*$/;
const USER_PLAIN = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;

interface UrlParts {
  scheme: string;
  host: string;
  /** As it is written in a URL. */
  escapedPath: string;
  query: string;
}

/** A URL. */
export class UrlValue extends LibraryValue {
  readonly celType = 'kubernetes.URL';
  readonly text: string;
  readonly parts: UrlParts;

  constructor(text: string, parts: UrlParts) {
    super();
    this.text = text;
    this.parts = parts;
  }

  override equals(other: LibraryValue): boolean {
    return other instanceof UrlValue && this.text === other.text;
  }
}

/** Thrown within this file only, where a text is no URL. */
class UrlError extends Error {}

function stop(problem: string): never {
  throw new UrlError(problem);
}

/** Reads a URL. */
export function parseUrl(text: string): UrlValue | Fault {
  try {
    return new UrlValue(text, readParts(text));
  } catch (error) {
    if (!(error instanceof UrlError)) throw error;
    const reason = `parse ${quote(text)}: ${error.message}`;
    return new Fault(`URL parse error during conversion from string: ${reason}`);
  }
}

function readParts(text: string): UrlParts {
  if (/[\x00-\x1f\x7f]/.test(text)) stop('net/url: invalid control character in URL');
  if (text === '') stop('empty url');
  if (text.startsWith(':')) stop('missing protocol scheme');
  if (text === '*') return { scheme: '', host: '', escapedPath: '*', query: '' };
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text);
  const scheme = match ? match[1]!.toLowerCase() : '';
  let rest = match ? text.slice(match[0].length) : text;
  const mark = rest.indexOf('?');
  const query = mark < 0 ? '' : rest.slice(mark + 1);
  if (mark >= 0) rest = rest.slice(0, mark);
  if (!rest.startsWith('/')) {
    if (scheme === '') stop('invalid URI for request');
    return { scheme, host: '', escapedPath: '', query };
  }
  let host = '';
  if (scheme !== '' && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    host = readAuthority(slash < 0 ? rest.slice(2) : rest.slice(2, slash));
    rest = slash < 0 ? '' : rest.slice(slash);
  }
  return { scheme, host, escapedPath: readPath(rest), query };
}

function readAuthority(authority: string): string {
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!USER_PLAIN.test(user)) stop('net/url: invalid userinfo');
    unescapePercent(user);
  }
  const host = authority.slice(at + 1);
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) stop("missing ']' in host");
    checkPort(host.slice(end + 1));
  } else if (host.includes(':')) {
    checkPort(host.slice(host.lastIndexOf(':')));
  }
  const badEscape = /%(?!25)[\s\S]{0,2}/.exec(host);
  if (badEscape) stop(`invalid URL escape ${quote(badEscape[0])}`);
  if (!HOST_PLAIN.test(host)) {
    const bad = [...host].find((char) => !HOST_PLAIN.test(char))!;
    stop(`invalid character ${quote(bad)} in host name`);
  }
  return host;
}

function checkPort(text: string): void {
  if (!/^(?::\d*)?$/.test(text)) stop(`invalid port ${quote(text)} after host`);
}

/** Keeps a path as it is written where that is a valid way to write it, else escapes it anew. */
function readPath(path: string): string {
  const bytes = unescapePercent(path);
  if (PATH_ALLOWED.test(path)) return path;
  let escaped = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    const isPlain = byte < 0x80 && PATH_PLAIN.test(char);
    escaped += isPlain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

function unescapePercent(text: string): Uint8Array {
  const bad = /%(?![0-9A-Fa-f]{2})[\s\S]{0,2}/.exec(text);
  if (bad) stop(`invalid URL escape ${quote(bad[0])}`);
  if (!text.includes('%')) return encodeUtf8(text);
  const bytes: number[] = [];
  for (const part of text.split(/(%[0-9A-Fa-f]{2})/)) {
    if (part.startsWith('%')) bytes.push(parseInt(part.slice(1), 16));
    else for (const byte of encodeUtf8(part)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

// Pairs that cannot be read are left out.
function queryOf({ parts }: UrlValue, meter: Meter): Result {
  meter.work(parts.query.length * 16);
  const lists = new Map<string, string[]>();
  for (const pair of parts.query.split('&')) {
    if (pair === '' || pair.includes(';') || /%(?![0-9A-Fa-f]{2})/.test(pair)) continue;
    const equals = pair.indexOf('=');
    const key = unescapeQuery(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : unescapeQuery(pair.slice(equals + 1));
    const known = lists.get(key);
    if (known === undefined) lists.set(key, [value]);
    else known.push(value);
  }
  const builder = new MapBuilder();
  for (const [key, values] of lists) builder.set(key, CelList.of(values));
  return builder.build();
}

function unescapeQuery(text: string): string {
  const bytes = unescapePercent(text.replaceAll('+', ' '));
  return decodeUtf8(bytes) ?? String.fromCharCode(...bytes);
}

function hostnameOf({ parts }: UrlValue): string {
  const host = parts.host.replace(/:\d*$/, '');
  return host.startsWith('[') ? host.slice(1, host.lastIndexOf(']')) : host;
}

function portOf({ parts }: UrlValue): string {
  return /:(\d*)$/.exec(parts.host)?.[1] ?? '';
}

const URL_PRICE: Price = { ...READ_PRICE, result: ([text]) => text!.size };

/** The functions of the URL library. */
export const URL_FUNCTIONS: readonly Overload[] = [
  global('url', 'string -> url', parseUrl, URL_PRICE),
  global(
    'isURL',
    'string -> bool',
    (text: string) => !(parseUrl(text) instanceof Fault),
    READ_PRICE,
  ),
  member('getScheme', 'url -> string', (url: UrlValue) => url.parts.scheme),
  member('getHost', 'url -> string', (url: UrlValue) => url.parts.host),
  member('getHostname', 'url -> string', hostnameOf),
  member('getPort', 'url -> string', portOf),
  member('getEscapedPath', 'url -> string', (url: UrlValue) => url.parts.escapedPath),
  member('getQuery', 'url -> map(string, list(string))', queryOf),
];
