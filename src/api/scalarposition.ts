// Where a line and column inside a text value stand in the file: expressions are reported where the
// user wrote them, whether plain, quoted or in a block.

/** How a text value is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/**
 * The offset of a place inside a scalar, given as line and column of its value (both from 1).
 *
 * @param start - offset of the scalar, its quote or block sign included
 * @param end - offset after it
 */
export function offsetInScalar(
  text: string,
  start: number,
  end: number,
  style: ScalarStyle,
  line: number,
  column: number,
): number {
  const walker = new Walker(text, end, line, column);
  if (style === 'literal' || style === 'folded') return walker.walkBlock(start, style);
  return walker.walkFlow(style === 'plain' ? start : start + 1, style);
}

// Steps through the raw text and counts the value's lines and columns along.
class Walker {
  private readonly text: string;
  private readonly end: number;
  private readonly line: number;
  private readonly column: number;
  private atLine = 1;
  private atColumn = 1;

  constructor(text: string, end: number, line: number, column: number) {
    this.text = text;
    this.end = Math.min(end, text.length);
    this.line = line;
    this.column = column;
  }

  walkFlow(start: number, style: ScalarStyle): number {
    let at = start;
    while (at < this.end && !this.isThere()) {
      const character = this.text[at]!;
      if (character === '\n' || character === '\r') at = this.foldBreak(at);
      else if (style === 'double' && character === '\\') at = this.escape(at);
      else if (style === 'single' && character === "'") at = this.count(at, 2);
      else at = this.count(at, 1);
    }
    return Math.min(at, this.end);
  }

  walkBlock(start: number, style: ScalarStyle): number {
    let at = this.nextLine(start);
    const indent = this.blockIndent(at);
    at = this.skipIndent(at, indent);
    while (at < this.end && !this.isThere()) {
      if (this.text[at] !== '\n') {
        at = this.count(at, 1);
        continue;
      }
      const next = this.skipIndent(at + 1, indent);
      const folds = style === 'folded' && !/\s/.test(this.text[next] ?? '\n');
      if (folds) this.atColumn++;
      else this.newLine();
      at = next;
    }
    return Math.min(at, this.end);
  }

  private isThere(): boolean {
    return this.atLine > this.line || (this.atLine === this.line && this.atColumn >= this.column);
  }

  private count(at: number, length: number): number {
    this.atColumn++;
    return at + length;
  }

  private newLine(): void {
    this.atLine++;
    this.atColumn = 1;
  }

  private nextLine(at: number): number {
    const newline = this.text.indexOf('\n', at);
    return newline < 0 ? this.end : newline + 1;
  }

  private blockIndent(from: number): number {
    let at = from;
    let indent = 0;
    while (at < this.end && (this.text[at] === ' ' || this.text[at] === '\n')) {
      indent = this.text[at] === '\n' ? 0 : indent + 1;
      at++;
    }
    return indent;
  }

  private skipIndent(at: number, indent: number): number {
    let skipped = 0;
    while (skipped < indent && this.text[at + skipped] === ' ') skipped++;
    return at + skipped;
  }

  // A single line break reads as a space, more of them as one break less.
  private foldBreak(from: number): number {
    let at = from;
    let breaks = 0;
    while (at < this.end && /\s/.test(this.text[at]!)) {
      if (this.text[at] === '\n') breaks++;
      at++;
    }
    if (breaks <= 1) this.atColumn++;
    for (let count = 1; count < breaks; count++) this.newLine();
    return at;
  }

  private escape(at: number): number {
    const sign = this.text[at + 1];
    if (sign === '\n') {
      let next = at + 2;
      while (this.text[next] === ' ' || this.text[next] === '\t') next++;
      return next;
    }
    if (sign === 'n') this.newLine();
    else this.atColumn++;
    const lengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };
    return at + (lengths[sign ?? ''] ?? 2);
  }
}
