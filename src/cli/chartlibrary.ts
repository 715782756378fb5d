// The chart library that stands inside every report, so that it opens without a network.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Source of the chart library, from the installed package. */
export function chartLibrary(): string {
  const path = createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js');
  return readFileSync(path, 'utf8');
}
