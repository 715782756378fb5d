// Rows of a trace file by column name, with the row number in every complaint.

import { parse } from 'csv-parse/sync';
import { DrasimError } from '../../errors.js';

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
      rows = parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true });
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
    if (text !== '' && Number.isFinite(value) && value >= 0) return value;
    throw this.rowProblem(row, `${column} is ${JSON.stringify(text)}, expected a number from 0 on`);
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
