// Cuts the text of an expression into tokens. What cannot be a token is reported and passed over,
// so that the parser can go on; strings and numbers are checked for form here, for value in
// literal.ts.

import type { Problems } from './problem.js';

/** What a token is. */
export type TokenKind =
  | 'ident'
  | 'quotedIdent'
  | 'keyword'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'punctuation'
  | 'end';

/** A piece of the text. */
export interface Token {
  kind: TokenKind;
  text: string;
  at: number;
}

const KEYWORDS = new Set(['true', 'false', 'null', 'in']);
const PUNCTUATION_PAIRS = new Set(['==', '!=', '<=', '>=', '&&', '||']);
const PUNCTUATION = '<>?:[](){}.,-+*/%!';
const SPACE = /[ \t\r\n\f]+/y;
const COMMENT = /\/\/[^\n]*/y;
const IDENT = /[A-Za-z_][A-Za-z0-9_]*/y;
const QUOTED_IDENT = /`[A-Za-z0-9_.\-/ ]+`/y;
const DOUBLE =
  /(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)/y;
const INT = /(?:0x[0-9a-fA-F]+|[0-9]+)([uU]?)/y;
const STRING_START = /([bB]?)([rR]?)("""|'''|"|')/y;
const ESCAPE =
  /\\(?:[abfnrtv\\"'`?]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})/y;

/** All tokens of the text; the last one is `end`. */
export function readTokens(source: string, quotedIdents: boolean, problems: Problems): Token[] {
  const lexer = new Lexer(source, quotedIdents, problems);
  return lexer.readAll();
}

class Lexer {
  private readonly source: string;
  private readonly quotedIdents: boolean;
  private readonly problems: Problems;
  private readonly tokens: Token[] = [];
  private at = 0;

  constructor(source: string, quotedIdents: boolean, problems: Problems) {
    this.source = source;
    this.quotedIdents = quotedIdents;
    this.problems = problems;
  }

  readAll(): Token[] {
    while (this.at < this.source.length) {
      if (this.match(SPACE) !== null || this.match(COMMENT) !== null) continue;
      this.readToken();
    }
    this.tokens.push({ kind: 'end', text: '<EOF>', at: this.source.length });
    return this.tokens;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source);
    if (match !== null) this.at += match[0].length;
    return match;
  }

  private push(kind: TokenKind, at: number): void {
    this.tokens.push({ kind, text: this.source.slice(at, this.at), at });
  }

  private readToken(): void {
    const start = this.at;
    if (this.readString()) return;
    if (this.match(IDENT) !== null) {
      const isKeyword = KEYWORDS.has(this.source.slice(start, this.at));
      this.push(isKeyword ? 'keyword' : 'ident', start);
    } else if (this.quotedIdents && this.match(QUOTED_IDENT) !== null) {
      this.push('quotedIdent', start);
    } else if (this.match(DOUBLE) !== null) {
      this.push('double', start);
    } else {
      this.readIntOrPunctuation(start);
    }
  }

  private readIntOrPunctuation(start: number): void {
    const int = this.match(INT);
    if (int !== null) {
      this.push(int[1] === '' ? 'int' : 'uint', start);
      return;
    }
    const pair = this.source.slice(start, start + 2);
    if (PUNCTUATION_PAIRS.has(pair)) {
      this.at += 2;
      this.push('punctuation', start);
    } else if (PUNCTUATION.includes(pair[0]!)) {
      this.at += 1;
      this.push('punctuation', start);
    } else {
      // A lone `=`, `&` or `|` takes the next character with it.
      this.refuse(start, '=&|'.includes(pair[0]!) ? start + 1 : start);
    }
  }

  /**
   * Reports the text from `start` up to and with the character at `stuck`, and goes on behind it.
   */
  private refuse(start: number, stuck: number): void {
    const code = this.source.codePointAt(stuck) ?? 0;
    this.at = Math.min(this.source.length, stuck + (code > 0xffff ? 2 : 1));
    const text = this.source.slice(start, this.at);
    this.problems.report('syntax', start, `Syntax error: token recognition error at: '${text}'`);
  }

  private readString(): boolean {
    const start = this.at;
    const match = this.match(STRING_START);
    if (match === null) return false;
    const isRaw = match[2] !== '';
    let stuck = this.readStringBody(match[3]!, isRaw);
    if (stuck >= 0 && match[3]!.length === 3) {
      // No end of a triple quote: an empty string and what follows.
      this.at = start + match[0].length - 1;
      stuck = -1;
    }
    if (stuck >= 0) this.refuse(start, stuck);
    else this.push(match[1] === '' ? 'string' : 'bytes', start);
    return true;
  }

  /** Moves behind the closing quote; or gives the offset where no string can go on. */
  private readStringBody(quote: string, isRaw: boolean): number {
    const { source } = this;
    while (this.at < source.length) {
      if (source.startsWith(quote, this.at)) {
        this.at += quote.length;
        return -1;
      }
      const char = source[this.at]!;
      if (char === '\\' && !isRaw) {
        if (this.match(ESCAPE) === null) return this.stuckInEscape();
      } else if ((char === '\n' || char === '\r') && quote.length === 1) {
        return this.at;
      } else {
        this.at++;
      }
    }
    return this.at;
  }

  private stuckInEscape(): number {
    const digits = /\\(?:[xX][0-9a-fA-F]?|u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|[0-3][0-7]?)?/y;
    digits.lastIndex = this.at;
    return this.at + (digits.exec(this.source)?.[0].length ?? 1);
  }
}
