// A linear program that is built row by row, and its solution by HiGHS (Huangfu and Hall, "Parallelizing the dual
// revised simplex method", 2018), which is deterministic here: one thread, limits in steps.

import type { Highs, ModelData } from 'highs';

/** What a solution tells of the largest value. */
export interface Solution {
  /** The largest that was found; null where none was. */
  readonly found: number | null;
  /** No solution can have more. */
  readonly bound: number;
}

/** Maximizes the sum of columns times their worth, all columns at least 0. */
export class LinearProgram {
  private readonly worth: number[] = [];
  private readonly most: number[] = [];
  private readonly isWhole: boolean[] = [];
  private readonly rowLeast: number[] = [];
  private readonly rowMost: number[] = [];
  private readonly columnRows: number[][] = [];
  private readonly columnValues: number[][] = [];

  get columns(): number {
    return this.worth.length;
  }

  /** A variable from 0 to `most`, in whole steps or not; its index. */
  addColumn(most: number, isWhole = true): number {
    this.columnRows.push([]);
    this.columnValues.push([]);
    this.most.push(most);
    this.isWhole.push(isWhole);
    return this.worth.push(0) - 1;
  }

  /** A sum of columns that is to lie in bounds; its index. */
  addRow(least: number, most: number): number {
    this.rowLeast.push(least);
    return this.rowMost.push(most) - 1;
  }

  addWorth(column: number, worth: number): void {
    this.worth[column]! += worth;
  }

  /** Adds to what a column counts for in a row. */
  add(row: number, column: number, value: number): void {
    const rows = this.columnRows[column]!;
    const known = rows.indexOf(row);
    if (known >= 0) this.columnValues[column]![known]! += value;
    else {
      rows.push(row);
      this.columnValues[column]!.push(value);
    }
  }

  /**
   * Solves it; with whole numbers by branch and bound.
   *
   * @param stepsMax - nodes of the search tree, Infinity for none; null takes columns as real numbers
   */
  solve(highs: Highs, stepsMax: number | null): Solution {
    if (this.columns === 0) return { found: 0, bound: 0 };
    return highs.withModel(this.modelData(highs, stepsMax !== null), (model) => {
      model.options.set({ output_flag: false, random_seed: 0 });
      if (stepsMax === null) model.options.set(PRIMAL);
      else model.options.set({ mip_max_nodes: stepsMax, mip_rel_gap: 0, mip_abs_gap: GAP });
      model.run();
      if (stepsMax === null) {
        const found = model.getObjectiveValue();
        return { found, bound: found };
      }
      const found = model.info.get('primal_solution_status') === FEASIBLE;
      return {
        found: found ? model.getObjectiveValue() : null,
        bound: Number(model.info.get('mip_dual_bound')),
      };
    });
  }

  private modelData(highs: Highs, inWholes: boolean): ModelData {
    const numCols = this.columns;
    const numRows = this.rowMost.length;
    const starts = new Int32Array(numCols + 1);
    this.columnRows.forEach((rows, column) => {
      starts[column + 1] = starts[column]! + rows.length;
    });
    return {
      numCols,
      numRows,
      sense: highs.constants.objectiveSense.maximize,
      colCost: this.worth,
      colLower: new Float64Array(numCols),
      colUpper: this.most,
      rowLower: this.rowLeast,
      rowUpper: this.rowMost,
      matrix: {
        format: 'csc',
        ...{ numRows, numCols, starts },
        indices: Int32Array.from(this.columnRows.flat()),
        values: Float64Array.from(this.columnValues.flat()),
      },
      ...(inWholes && { integrality: Int32Array.from(this.isWhole, Number) }),
    };
  }
}

/**
 * Primal simplex from the empty cluster, without presolve: 40 ms for the FGD experiment, where the defaults take 2.2 s and
 * interior points 1 s.
 */
const PRIMAL = { simplex_strategy: 4, presolve: 'off' };
/** Differences below it are rounding. */
const GAP = 1e-6;
/** HiGHS's status of a solution that holds. */
const FEASIBLE = 2;
