// The rows of runs as Parquet: a value a line, in columns that pandas, DuckDB or R read without a word about this project.

import { parquetWriteBuffer } from 'hyparquet-writer';
import { ARRIVAL_METRICS, arrivedPercents, type RunRow } from './runtask.js';

/**
 * Columns `strategy`, `seed`, `metric`, `arrivedPercent` (null for metrics of the whole run) and `value`.
 *
 * @param rows - in the order in which they are to stand
 */
export function runsParquet(rows: readonly RunRow[]): Uint8Array {
  const strategy: string[] = [];
  const seed: string[] = [];
  const metric: string[] = [];
  const arrived: (number | null)[] = [];
  const value: number[] = [];
  const add = (row: RunRow, name: string, percent: number | null, amount: number) => {
    strategy.push(row.strategy);
    seed.push(row.seed);
    metric.push(name);
    arrived.push(percent);
    value.push(amount);
  };
  const percents = arrivedPercents();
  for (const row of rows) {
    for (const name of ARRIVAL_METRICS) {
      row.arrival[name]?.forEach((amount, index) => {
        if (amount !== null) add(row, name, percents[index]!, amount);
      });
    }
    for (const [name, amount] of Object.entries(row.metrics)) add(row, name, null, amount);
  }
  const columnData = [
    { name: 'strategy', data: strategy, type: 'STRING' as const, nullable: false },
    { name: 'seed', data: seed, type: 'STRING' as const, nullable: false },
    { name: 'metric', data: metric, type: 'STRING' as const, nullable: false },
    { name: 'arrivedPercent', data: arrived, type: 'INT32' as const },
    { name: 'value', data: value, type: 'DOUBLE' as const, nullable: false },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'drasim' }));
}
