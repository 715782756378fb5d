// One moment of a run as a packing problem: the pods with devices that were there, running or waiting, and what those
// that ran had in use.

import { POD_GATED } from '../../scheduler/pods.js';
import type { PodShape } from '../../scheduler/podshape.js';
import type { Run } from '../../simulator/simulator.js';

/** Pods of one shape that were there. */
export interface Demand {
  readonly shape: PodShape;
  readonly pods: number;
}

export interface Moment {
  /** By shape, in the order of their ids; pods without devices are left out. */
  readonly demand: readonly Demand[];
  /** Units of devices in use: devices, parents of partitions, parts of either. */
  readonly used: number;
}

/** Times at which a run is looked at where its pods come and go. */
const MOMENTS = 8;

/** When a run is looked at, microseconds: at its end, or evenly over it where pods end meanwhile. */
export function momentsOf({ pods, simulation }: Run): number[] {
  const { nowUs } = simulation;
  const isLasting = pods.finishedUs.subarray(0, pods.count).every(Number.isNaN);
  if (isLasting) return [nowUs];
  return Array.from({ length: MOMENTS }, (_, index) =>
    Math.floor((nowUs * (index + 1)) / (MOMENTS + 1)),
  );
}

/** Looks back at a moment of a run that has ended. */
export function momentAt(run: Run, timeUs: number): Moment {
  const { pods, shapes } = run;
  const counts = new Map<number, number>();
  for (let pod = 0; pod < pods.count; pod++) {
    if (pods.createdUs[pod]! > timeUs || pods.finishedUs[pod]! <= timeUs) continue;
    if (pods.state[pod] === POD_GATED) continue;
    const shape = pods.shape[pod]!;
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  const demand = [...counts]
    .sort(([left], [right]) => left - right)
    .map(([shape, count]) => ({ shape: shapes.shape(shape), pods: count }))
    .filter(({ shape }) => shape.claims.length > 0 && shape.unresolvable === '');
  return { demand, used: usedAt(run, timeUs) };
}

/** Units of all devices that some pod of a run may have, whether it came or not. */
export function unitsWanted({ allocator, input, shapes, use }: Run): number {
  const { devices } = input.cluster;
  const claims = Array.from({ length: shapes.size }, (_, id) => shapes.shape(id).claims).flat();
  const lists = [...new Set(claims.map(({ shape }) => shape))].flatMap(({ requests }) => requests);
  const requests = lists.flatMap(({ alternatives }) => alternatives);
  const answers = new Map<string, boolean>();
  const units = new Set<number>();
  for (let device = 0; device < devices.count; device++) {
    const unit = use.unit(device);
    if (units.has(unit)) continue;
    const key = `${devices.deviceContent[device]} ${devices.deviceTaints[device]}`;
    const isWanted =
      answers.get(key) ?? requests.some((request) => allocator.mayHave(request, device));
    answers.set(key, isWanted);
    if (isWanted) units.add(unit);
  }
  return units.size;
}

function usedAt({ recorder, use }: Run, timeUs: number): number {
  const { allocations } = recorder;
  const parents = new Map<number, number>();
  let used = 0;
  for (let row = 0; row < allocations.count; row++) {
    if (allocations.at(row, 3) > timeUs || allocations.at(row, 4) <= timeUs) continue;
    const device = allocations.at(row, 2);
    const part = use.partOfParent(device);
    const parent = use.unit(device);
    if (part === 0) used += allocations.at(row, 5);
    else parents.set(parent, (parents.get(parent) ?? 0) + part);
  }
  for (const sum of parents.values()) used += Math.min(1, sum);
  return used;
}
