// The GPUs of openb as if each were an A100 (40 GB) with dynamic MIG: what is published of one, and which profile a share
// of a GPU becomes. Profiles are those that differ in compute or memory: media extensions are left out, and 7g, which is
// the whole GPU. `sevenths` is no hardware: it tells the cost of rounding from that of places.

import type { CounterSet, Device } from '../../api/resource.js';
import { GPUS } from '../../catalogue/gpus.js';
import { MIG_PROFILES, type MigProfile } from '../../catalogue/mig.js';
import { migParts } from '../../catalogue/publish.js';

export const OPENB_PARTITIONS = ['mig', 'sevenths'] as const;
export type OpenbPartitions = (typeof OPENB_PARTITIONS)[number];

const COMPUTE = 'multiprocessors';
const MODEL = GPUS['a100-40gb']!;
const COMPUTE_SLICES = 7;
const GPU_MILLI = 1000;

/** What the GPUs of nodes with one model publish, by index; nodes of that model have the very same objects. */
export interface PartitionedGpu {
  readonly counterSet: CounterSet;
  readonly devices: readonly Device[];
}

/** The profile that a share becomes: the smallest with as many sevenths of the compute; null is the whole GPU. */
export function profileOf(gpuMilli: number): MigProfile | null {
  const wanted = Math.ceil((gpuMilli * COMPUTE_SLICES) / GPU_MILLI);
  return MIG_PROFILES[MODEL.mig!]!.filter(isOffered).find((one) => sevenths(one) >= wanted) ?? null;
}

/** Selects what {@link profileOf} says among the devices of a driver. */
export function profileExpression(driver: string, profile: MigProfile | null): string {
  const attributes = `device.attributes["${driver}"]`;
  if (profile === null) return `${attributes}.type == "gpu"`;
  return `${attributes}.type == "mig" && ${attributes}.profile == "${profile.name}"`;
}

/** Publishes GPU number `index` of a node whose GPUs are of a model of the trace. */
export function publishPartitions(
  index: number,
  model: string,
  partitions: OpenbPartitions,
): PartitionedGpu {
  const name = `gpu-${index}`;
  const { counterSet, whole, parts } = migParts(MODEL, `${name}-counter-set`);
  const common = { model: { string: model } };
  const devices: Device[] = [
    { name, attributes: { ...common, type: { string: 'gpu' } }, ...whole },
    ...parts
      .filter(({ profile }) => isOffered(profile))
      .map(({ suffix, profile, ...amounts }) => ({
        name: `${name}-${suffix}`,
        attributes: { ...common, profile: { string: profile.name }, type: { string: 'mig' } },
        ...amounts,
      })),
  ];
  devices.sort((left, right) => (left.name < right.name ? -1 : 1));
  if (partitions === 'mig') return { counterSet, devices };
  return {
    counterSet: { ...counterSet, counters: computeOf(counterSet.counters) },
    devices: devices.map((device) => ({
      ...device,
      consumesCounters: (device.consumesCounters ?? []).map((one) => ({
        ...one,
        counters: computeOf(one.counters),
      })),
    })),
  };
}

function computeOf(counters: CounterSet['counters']): CounterSet['counters'] {
  return { [COMPUTE]: counters![COMPUTE]! };
}

function isOffered(profile: MigProfile): boolean {
  return !profile.name.includes('+') && sevenths(profile) < COMPUTE_SLICES;
}

function sevenths({ name }: MigProfile): number {
  return Number.parseInt(name, 10);
}
