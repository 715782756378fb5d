// Walks over the tokens of an expression and says what is missing or too many, as the grammar's own
// recovery does: the parser goes on behind a mistake.

import type { Token } from './lexer.js';
import type { Problems } from './problem.js';

/** A place among tokens that moves forward. */
export class TokenReader {
  protected readonly problems: Problems;
  protected next = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[], problems: Problems) {
    this.tokens = tokens;
    this.problems = problems;
  }

  protected get token(): Token {
    return this.tokens[this.next]!;
  }

  protected peek(ahead: number): Token {
    return this.tokens[Math.min(this.next + ahead, this.tokens.length - 1)]!;
  }

  protected is(text: string): boolean {
    return isMark(this.token, text);
  }

  protected take(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.next++;
    return token;
  }

  protected takeIf(text: string): boolean {
    if (!this.is(text)) return false;
    this.next++;
    return true;
  }

  protected fail(token: Token, text: string): void {
    this.problems.report('syntax', token.at, `Syntax error: ${text}`);
  }

  /** Takes a mark; reports it as missing, or passes over one token that is too many. */
  protected expect(text: string): void {
    if (this.takeIf(text)) return;
    if (isMark(this.peek(1), text) && this.token.kind !== 'end') {
      this.fail(this.token, `extraneous input '${this.token.text}' expecting '${text}'`);
      this.next += 2;
    } else {
      this.fail(this.token, `missing '${text}' at '${this.token.text}'`);
    }
  }
}

/** Whether a token is this punctuation. */
export function isMark(token: Token, text: string): boolean {
  return token.kind === 'punctuation' && token.text === text;
}
