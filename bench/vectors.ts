// Conformance vectors of the allocator, tried over and over: nanoseconds for one claim set on one node, by
// file. Prepared outside the timer are decoding, expressions and columns; `cold` evaluates the selectors
// anew for each operation, as upstream does.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { type PreparedVector, prepareVector } from '../src/conformance/allocator.js';
import { readVectors } from '../src/conformance/vector.js';
import { median } from './rows.js';

export interface VectorFigures {
  /** Median over the passes, of the mean of a pass. */
  nsPerOp: number;
  nsPerOpCold: number;
  /** Operations in one pass: claim sets times nodes. */
  ops: number;
}

const FOLDER = fileURLToPath(new URL('../../../shared/conformance/allocator', import.meta.url));

/** Files of the newest profile; none where the vectors are absent. */
export function vectorFiles(): string[] {
  if (!existsSync(FOLDER)) return [];
  const names = readdirSync(FOLDER).sort();
  return names
    .filter((name) => /^(?:137-|upstream-table)/.test(name))
    .map((name) => join(FOLDER, name));
}

/** Measures each file by itself. */
export function vectorsBench(
  files: readonly string[],
  { smoke }: { smoke: boolean },
): Record<string, VectorFigures> {
  const figures: Record<string, VectorFigures> = {};
  for (const file of files) {
    const vectors = readVectors(readFileSync(file, 'utf8'), file);
    const prepared = vectors
      .filter(({ kind }) => kind === 'allocator')
      .map(prepareVector)
      .filter(({ shapes }) => shapes.length > 0);
    figures[groupOf(file)] = measureGroup(prepared, smoke ? 1 : 31);
  }
  return figures;
}

/** The figures as a table; says where the vectors are not there. */
export function printFigures(figures: Readonly<Record<string, VectorFigures>>): string {
  const groups = Object.entries(figures);
  if (groups.length === 0) return 'vectors: skipped, there is no ../shared/conformance/allocator';
  const table = new Table({
    head: ['vectors', 'ns/op', 'ns/op cold', 'ops'],
    style: { head: [], border: [], compact: true },
  });
  for (const [group, { nsPerOp, nsPerOpCold, ops }] of groups) {
    table.push([group, nsPerOp, nsPerOpCold, ops]);
  }
  return table.toString();
}

function groupOf(file: string): string {
  return basename(file)
    .replace(/\.jsonl$/, '')
    .replace(/^137-/, '');
}

function measureGroup(vectors: readonly PreparedVector[], passes: number): VectorFigures {
  const ops = vectors.reduce((sum, { nodeNames }) => sum + nodeNames.length, 0);
  const warm: number[] = [];
  const cold: number[] = [];
  // The first passes compile; they count for nothing.
  for (let pass = -3; pass < passes; pass++) {
    const warmNs = timePass(vectors, tryOnNodes);
    const coldNs = timePass(vectors, tryOnNodesCold);
    if (pass < 0) continue;
    warm.push(warmNs / ops);
    cold.push(coldNs / ops);
  }
  return { nsPerOp: round(median(warm)), nsPerOpCold: round(median(cold)), ops };
}

/** Repeats short passes, so that the clock's grain does not show. */
function timePass(
  vectors: readonly PreparedVector[],
  work: (vector: PreparedVector) => void,
): number {
  const repetitions = 10;
  const begin = process.hrtime.bigint();
  for (let repetition = 0; repetition < repetitions; repetition++) vectors.forEach(work);
  return Number(process.hrtime.bigint() - begin) / repetitions;
}

function tryOnNodes({ allocator, shapes, names, nodeNames }: PreparedVector): void {
  for (let node = 0; node < nodeNames.length; node++) allocator.find(shapes, names, node);
}

function tryOnNodesCold({ allocator, shapes, names, nodeNames }: PreparedVector): void {
  for (let node = 0; node < nodeNames.length; node++) {
    allocator.forgetAnswers();
    allocator.find(shapes, names, node);
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
