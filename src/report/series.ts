// The numbers behind the pictures of a report, thinned to what a screen can show.

import { POWER_SERIES } from '../simulator/energy.js';
import { kindColumn, SERIES } from '../simulator/recorder.js';
import type { Run } from '../simulator/simulator.js';

/** Named curves over one axis of virtual time. */
export interface Curves {
  /** Seconds, minutes, hours or days: what the run's length asks for. */
  unit: string;
  /** End of the run. */
  end: number;
  times: number[];
  /** null where there is no value. */
  curves: { name: string; values: (number | null)[] }[];
}

const QUANTILE_STEPS = 100;
const MAP_CELLS_MAX = 20_000;
/** Points that a curve keeps; more are a smear on a screen. */
const POINTS_MAX = 336;

/** Use of each device kind in percent. */
export function useOverTime(run: Run): Curves {
  const kinds = run.use.kinds.map((name, kind) => ({
    name,
    column: kindColumn(kind),
    scale: 100 / Math.max(1, run.use.sizes[kind]!),
  }));
  // A kind that nobody used would only be a line at zero.
  return curves(
    run,
    kinds.filter(({ column }) => run.recorder.maxima[column]! > 0),
  );
}

/** Running and waiting pods. */
export function podsOverTime(run: Run): Curves {
  const wanted = { pendingPods: 'waiting', runningPods: 'running' } as const;
  return curves(
    run,
    (['runningPods', 'pendingPods'] as const).map((series) => ({
      name: wanted[series],
      column: SERIES.indexOf(series),
      scale: 1,
    })),
  );
}

/** What nodes and devices draw, kilowatts; without a curve where the scenario states no power. */
export function powerOverTime(run: Run): Curves {
  const { followed } = run.recorder;
  const column = followed.names.indexOf(POWER_SERIES);
  if (column < 0) return curves(run, []);
  return curves(run, [
    { name: 'power', column: run.recorder.followedColumn(column), scale: 0.001 },
  ]);
}

/** Curves of {@link fragmentationOverTime} that a picture holds. */
const FRAGMENTATION_CURVES_MAX = 10;

/** Series of the picture, the first first: what the end of a name says, and its scale to percent. */
const FRAGMENTATION_SERIES: readonly [ending: string, says: string, scale: number][] = [
  ['fragmentAmount', 'shares that typical pods cannot use', 1],
  [' largest', ': the largest partition left, of its device', 100],
  [' strandedPercent memory', ': memory that no partition can have', 1],
  [' strandedPercent multiprocessors', ': multiprocessors that no partition can have', 1],
  [' strandedPercent', ': free, without CPU or memory for a pod', 1],
  [' cpuStrandedPercent', ': CPU left where all are taken', 1],
];

/** What is fragmented or stranded, in percent; of what is nowhere there is no curve. */
export function fragmentationOverTime(run: Run): Curves {
  const { followed } = run.recorder;
  const found = FRAGMENTATION_SERIES.flatMap(([ending, says, scale]) =>
    [...followed.names.keys()].flatMap((column) => {
      const name = followed.names[column]!;
      if (!name.endsWith(ending) || !followed.max(column)) return [];
      const shown = `${name.slice(0, -ending.length)}${says}`;
      return [{ name: shown, column: run.recorder.followedColumn(column), scale }];
    }),
  );
  return curves(run, found.slice(0, FRAGMENTATION_CURVES_MAX));
}

function curves(run: Run, wanted: { name: string; column: number; scale: number }[]): Curves {
  const { sampleTimesUs, samples } = run.recorder;
  const { nowUs } = run.simulation;
  const { unit, unitUs } = timeUnit(nowUs);
  const step = Math.ceil(samples.length / POINTS_MAX);
  const starts = sampleTimesUs.map((_, index) => index).filter((index) => index % step === 0);
  const meanFrom = (start: number, column: number) => {
    let sum = 0;
    let count = 0;
    for (const sample of samples.slice(start, start + step)) {
      if (Number.isNaN(sample[column]!)) continue;
      sum += sample[column]!;
      count++;
    }
    return count === 0 ? null : sum / count;
  };
  const scaled = (value: number | null, scale: number) =>
    value === null ? null : round(value * scale);
  return {
    unit,
    end: round(nowUs / unitUs),
    times: starts.map((start) => round(sampleTimesUs[start]! / unitUs)),
    curves: wanted.map(({ name, column, scale }) => ({
      name,
      values: starts.map((start) => scaled(meanFrom(start, column), scale)),
    })),
  };
}

const TIME_UNITS: readonly [unit: string, unitUs: number][] = [
  ['days', 86_400_000_000],
  ['hours', 3_600_000_000],
  ['minutes', 60_000_000],
];

/** The largest unit of which the run has at least three. */
function timeUnit(lengthUs: number): { unit: string; unitUs: number } {
  const found = TIME_UNITS.find(([, unitUs]) => lengthUs >= 3 * unitUs);
  return found ? { unit: found[0], unitUs: found[1] } : { unit: 'seconds', unitUs: 1_000_000 };
}

/** For each workload: waits in seconds at every percent of its scheduled pods. */
export function waitCurves(run: Run): { name: string; points: [number, number][] }[] {
  const { pods, input } = run;
  const waits = input.workloads.map((): number[] => []);
  for (let pod = 0; pod < pods.count; pod++) {
    const waitUs = pods.scheduledUs[pod]! - pods.createdUs[pod]!;
    if (!Number.isNaN(waitUs)) waits[run.podWorkload[pod]!]!.push(waitUs);
  }
  return input.workloads.flatMap(({ name }, workload) => {
    const sorted = Float64Array.from(waits[workload]!).sort();
    if (sorted.length === 0) return [];
    const points = Array.from({ length: QUANTILE_STEPS }, (_, step): [number, number] => {
      const percent = step + 1;
      const rank = Math.ceil((percent / 100) * sorted.length) - 1;
      // The axis is logarithmic; a wait below a millisecond is shown as one.
      return [Math.max(0.001, sorted[rank]! / 1e6), percent];
    });
    return [{ name, points }];
  });
}

/** Share of the time in which each device of each node was in use. */
export interface OccupancyMap {
  nodes: string[];
  /** Devices of the node with most of them; the partitions of one parent count as one. */
  width: number;
  /** Node position, device position on the node, percent of the time, device name. */
  cells: [number, number, number, string][];
  note: string;
}

export function occupancyMap(run: Run): OccupancyMap {
  const { devices, nodes } = run.input.cluster;
  const busy = busyTimes(run);
  const map: OccupancyMap = { nodes: [], width: 0, cells: [], note: '' };
  const seen = new Set<number>();
  let position = 0;
  for (let device = 0; device < devices.count; device++) {
    const node = devices.sliceNode[devices.deviceSlice[device]!]!;
    const unit = run.use.unit(device);
    if (node < 0 || seen.has(unit)) continue;
    seen.add(unit);
    if (map.nodes.at(-1) !== nodes.names[node]) {
      if (map.cells.length >= MAP_CELLS_MAX) break;
      map.nodes.push(nodes.names[node]!);
      position = 0;
    }
    const percent = round((busy[unit]! * 100) / Math.max(1, run.simulation.nowUs));
    map.cells.push([map.nodes.length - 1, position++, percent, devices.objects[device]!.name]);
    map.width = Math.max(map.width, position);
  }
  const shown =
    map.cells.length >= MAP_CELLS_MAX ? ` The first ${map.nodes.length} nodes are shown.` : '';
  map.note = `Each column is a node, each cell one of its devices: how much of the time it was in use.${shown}`;
  return map;
}

/** Time in use by unit, weighted with the part that was taken. */
function busyTimes(run: Run): Float64Array {
  const { allocations } = run.recorder;
  const busy = new Float64Array(run.input.cluster.devices.count);
  for (let row = 0; row < allocations.count; row++) {
    const untilUs = allocations.at(row, 4);
    const endUs = Number.isNaN(untilUs) ? run.simulation.nowUs : untilUs;
    const unit = run.use.unit(allocations.at(row, 2));
    busy[unit]! += (endUs - allocations.at(row, 3)) * allocations.at(row, 5);
  }
  return busy;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
