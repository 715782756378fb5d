// What can be wrong with an expression before it runs. A parse or a check may find several
// problems; the one that stands first in the text is the answer, as the API server shows it first.

/** What kind of mistake an expression has. */
export type CelErrorCategory =
  | 'syntax'
  | 'undeclared'
  | 'undefined-field'
  | 'field-selection'
  | 'no-overload'
  | 'type'
  | 'literal'
  | 'constant'
  | 'macro'
  | 'range'
  | 'format'
  | 'result-type';

/** Why an expression does not compile; lines and columns count from 1, columns in code points. */
export interface CelCompileError {
  category: CelErrorCategory;
  line: number;
  column: number;
  text: string;
}

interface Problem {
  category: CelErrorCategory;
  at: number;
  text: string;
}

/** Collects the problems of one phase (parsing, checking, validating). */
export class Problems {
  private readonly source: string;
  private earliest: Problem | undefined;

  constructor(source: string) {
    this.source = source;
  }

  /** Notes a problem at an offset of the text; of two at one place the one noted first stays. */
  report(category: CelErrorCategory, at: number, text: string): void {
    if (this.earliest === undefined || at < this.earliest.at) {
      this.earliest = { category, at, text };
    }
  }

  get found(): boolean {
    return this.earliest !== undefined;
  }

  /** The problem that stands first in the text. */
  first(): CelCompileError | undefined {
    if (this.earliest === undefined) return undefined;
    const { category, at, text } = this.earliest;
    return { category, text, ...positionAt(this.source, at) };
  }
}

/** Mistakes that the planner and the environment tell without a place. */
const PLACELESS: ReadonlySet<CelErrorCategory> = new Set(['constant', 'result-type']);

/** A mistake as cel-go shows it: its place, and the line with a mark below. */
export function compileErrorText(source: string, error: CelCompileError): string {
  const { category, line, column, text } = error;
  if (PLACELESS.has(category)) return text;
  const shown = source.split('\n')[line - 1] ?? '';
  const mark = `${'.'.repeat(column - 1)}^`;
  return `compilation failed: ERROR: <input>:${line}:${column}: ${text}\n | ${shown}\n | ${mark}`;
}

function positionAt(source: string, at: number): { line: number; column: number } {
  let line = 1;
  let column = 1;
  let index = 0;
  while (index < at) {
    const code = source.codePointAt(index) ?? 0;
    index += code > 0xffff ? 2 : 1;
    if (code === 10) {
      line++;
      column = 1;
    } else {
      column++;
    }
  }
  return { line, column };
}
