// Rows of a trace file by column name, with the row number in every complaint.

import { parse } from 'csv-parse/sync';
import { DrasimError } from '../../errors.js';

/** Beyond it lie neither sizes nor times of a cluster: some ninety years in seconds. */
const NUMBER_MAX = 3_000_000_000;
const SHOWN_MAX = 60;

/** A trace's rows; cells are texts until a reader asks for more. */
export class TraceTable {
  private readonly columns: ReadonlyMap<string, number>;
  private readonly rows: readonly string[][];

  /**
   * Parses CSV with a header line.
   *
   * @param wanted - columns that must be there; others are left alone
   * @throws DrasimError `ERR_TRACE_SYNTAX`, `ERR_TRACE_COLUMN`, `ERR_TRACE_EMPTY`
   */
  constructor(
    text: string,
    private readonly file: string,
    wanted: readonly string[],
  ) {
    let rows: string[][];
    try {
      rows = text.includes('"')
        ? parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true })
        : splitRows(text);
    } catch (error) {
      throw this.problem('ERR_TRACE_SYNTAX', 1, `not CSV: ${(error as Error).message}`);
    }
    const header = rows.shift();
    if (!header) throw this.problem('ERR_TRACE_EMPTY', 1, 'the trace is empty');
    this.columns = new Map(header.map((name, index) => [name.trim(), index]));
    this.rows = rows;
    const missing = wanted.filter((name) => !this.columns.has(name));
    if (missing.length === 0) return;
    const hint = `the header has ${header.join(', ')}`;
    throw this.problem('ERR_TRACE_COLUMN', 1, `no column ${missing.join(', ')}`, hint);
  }

  get count(): number {
    return this.rows.length;
  }

  has(column: string): boolean {
    return this.columns.has(column);
  }

  /** A cell's text; empty where the trace has no such column. */
  text(row: number, column: string): string {
    const index = this.columns.get(column);
    if (index === undefined) return '';
    const cell = this.rows[row]![index];
    if (cell === undefined) {
      throw this.rowProblem(row, `the row ends before column ${column}`);
    }
    return cell;
  }

  /** A cell's number, or the preset where the cell is empty. */
  number(row: number, column: string, preset?: number): number {
    const text = this.text(row, column).trim();
    if (text === '' && preset !== undefined) return preset;
    const value = Number(text);
    if (text !== '' && value >= 0 && value <= NUMBER_MAX) return value;
    const expected = value > NUMBER_MAX ? `at most ${NUMBER_MAX}` : 'a number from 0 on';
    throw this.rowProblem(row, `${column} is ${show(text)}, expected ${expected}`);
  }

  /** A cell's whole number up to a limit. */
  integer(row: number, column: string, max: number): number {
    const value = this.number(row, column);
    if (Number.isInteger(value) && value <= max) return value;
    const text = show(this.text(row, column).trim());
    throw this.rowProblem(row, `${column} is ${text}, expected a whole number up to ${max}`);
  }

  /** A complaint about a row of the file; the header is line 1. */
  rowProblem(row: number, message: string): DrasimError {
    return this.problem('ERR_TRACE_ROW', row + 2, `row ${row + 1}: ${message}`);
  }

  private problem(code: string, line: number, message: string, hint?: string): DrasimError {
    const position = { file: this.file, line, column: 1 };
    return new DrasimError({ code, path: '', message, position, ...(hint && { hint }) });
  }
}

/** Rows of a text without quotes; a list of 10,000 rows takes a tenth of the time that parsing takes. */
function splitRows(text: string): string[][] {
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const lines = text.slice(start).split(/\r\n|\n|\r/);
  return lines.filter((line) => line !== '').map((line) => line.split(','));
}

function show(text: string): string {
  return JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text);
}
