// Accelerators as their drivers publish them: names, attributes, capacities, and the counters that the
// partitions of one GPU share.

import type { CounterSet, Device, DeviceAttribute } from '../api/resource.js';
import type { GpuModel } from './gpus.js';
import { MEMORY_SLICES, MIG_AMOUNTS, MIG_PROFILES, type MigProfile } from './mig.js';
import { addressName, digest, pciAttributes, rootAttribute, type Seat } from './seat.js';

const CUDA_DRIVER = '13.0.0';
const NVIDIA_DRIVER = '580.126.20';
const AMD_DRIVER = '6.12.12';
/** First render node of the kernel. */
const RENDER_FIRST = 128;

/** A whole GPU or accelerator. */
export function publishGpu(model: GpuModel, seat: Seat): Device {
  if (model.driver === 'gpu.amd.com') return publishAmdGpu(model, seat);
  if (model.driver === 'gaudi.intel.com') return publishGaudi(model, seat);
  return {
    name: `gpu-${seat.index}`,
    attributes: {
      ...nvidiaAttributes(model, seat),
      type: { string: 'gpu' },
      uuid: { string: gpuUuid(seat) },
    },
    capacity: { memory: { value: model.memory } },
  };
}

function nvidiaAttributes(model: GpuModel, seat: Seat): Record<string, DeviceAttribute> {
  return {
    addressingMode: { string: model.addressingMode ?? 'HMM' },
    architecture: { string: model.architecture },
    brand: { string: 'Nvidia' },
    cudaComputeCapability: { version: model.computeCapability },
    cudaDriverVersion: { version: CUDA_DRIVER },
    driverVersion: { version: NVIDIA_DRIVER },
    productName: { string: model.productName },
    ...pciAttributes(seat),
  };
}

function publishAmdGpu(model: GpuModel, seat: Seat): Device {
  return {
    name: `gpu-${seat.index}-${RENDER_FIRST + seat.index}`,
    attributes: {
      ...amdAttributes(model, seat, seat.index),
      deviceID: { string: amdDeviceId(seat) },
      partitionProfile: { string: 'spx_nps1' },
      pciAddr: { string: seat.pciAddress },
      type: { string: 'amdgpu' },
    },
    capacity: amdCapacity(model, 1),
  };
}

/** The partitions into which an AMD GPU was split on the host: fixed devices, without shared counters. */
export function publishAmdPartitions(model: GpuModel, seat: Seat, mode: string): Device[] {
  const parts = model.splits![mode]!;
  return Array.from({ length: parts }, (_, part) => {
    const card = seat.index * parts + part;
    return {
      name: `gpu-${card}-${RENDER_FIRST + card}`,
      attributes: {
        ...amdAttributes(model, seat, card),
        parentDeviceID: { string: amdDeviceId(seat) },
        parentPciAddr: { string: seat.pciAddress },
        partitionProfile: { string: `${mode}_nps1` },
        type: { string: 'amdgpu-partition' },
      },
      capacity: amdCapacity(model, parts),
    };
  });
}

function amdAttributes(model: GpuModel, seat: Seat, card: number): Record<string, DeviceAttribute> {
  return {
    cardIndex: { int: card },
    driverVersion: { version: AMD_DRIVER },
    family: { string: model.architecture },
    productName: { string: model.productName },
    renderIndex: { int: RENDER_FIRST + card },
    ...rootAttribute(seat),
  };
}

function amdDeviceId(seat: Seat): string {
  return `${BigInt(`0x${digest(seat, 'amd').slice(0, 15)}`)}`;
}

/** An equal part of memory and units. */
function amdCapacity(model: GpuModel, parts: number): Record<string, { value: string }> {
  const whole = { memory: model.memory, ...model.capacity };
  return Object.fromEntries(
    Object.entries(whole).map(([name, text]) => {
      const amount = Number.parseInt(text, 10);
      return [name, { value: text.replace(`${amount}`, `${amount / parts}`) }];
    }),
  );
}

function publishGaudi(model: GpuModel, seat: Seat): Device {
  return {
    name: `${addressName(seat)}-0x1060`,
    attributes: {
      healthy: { bool: true },
      model: { string: model.productName },
      // The name of before the standard attribute, which the driver still publishes.
      ...(seat.pcieRoot && { pciRoot: { string: seat.pcieRoot.replace(/^.*:/, '') } }),
      ...rootAttribute(seat),
      serial: { string: '' },
    },
  };
}

/** A GPU with dynamic MIG: the whole GPU and all its partitions, which draw on one counter set. */
export function publishMigGpu(
  model: GpuModel,
  seat: Seat,
): { counterSet: CounterSet; devices: Device[] } {
  const name = `gpu-${seat.index}`;
  const { counterSet, whole, parts } = migParts(model, `${name}-counter-set`);
  const devices: Device[] = [{ ...publishGpu(model, seat), ...whole }];
  for (const { suffix, profile, ...amounts } of parts) {
    devices.push({
      name: `${name}-${suffix}`,
      attributes: {
        ...nvidiaAttributes(model, seat),
        parentUUID: { string: gpuUuid(seat) },
        profile: { string: profile.name },
        type: { string: 'mig' },
      },
      ...amounts,
    });
  }
  devices.sort((left, right) => (left.name < right.name ? -1 : 1));
  return { counterSet, devices };
}

/** What a device of a GPU with MIG offers, and what it draws on the GPU's counters. */
type MigAmounts = Pick<Device, 'capacity' | 'consumesCounters'>;

/** A partition at a place; `suffix` is what names it beside the GPU. */
export interface MigPart extends MigAmounts {
  readonly suffix: string;
  readonly profile: MigProfile;
}

/** The whole GPU and its partitions as far as one GPU of a model is like another. */
export function migParts(
  model: GpuModel,
  counterSet: string,
): { counterSet: CounterSet; whole: MigAmounts; parts: MigPart[] } {
  const profiles = MIG_PROFILES[model.mig!]!;
  const most = fullAmounts(profiles);
  const allSlices = Array.from({ length: MEMORY_SLICES }, (_, slice) => slice);
  const whole = {
    capacity: capacities(most),
    consumesCounters: [{ counterSet, counters: counters(most, allSlices) }],
  };
  const parts = profiles.flatMap((profile) =>
    profile.starts.map((start) => {
      const amounts = MIG_AMOUNTS.map(({ of }) => of(profile));
      const slices = Array.from({ length: profile.size }, (_, index) => start + index);
      const short = profile.name.replaceAll('.', '').replaceAll('+', '-');
      return {
        suffix: `mig-${short}-${profile.id}-${start}`,
        profile,
        capacity: capacities(amounts),
        consumesCounters: [{ counterSet, counters: counters(amounts, slices) }],
      };
    }),
  );
  return {
    counterSet: { name: counterSet, counters: counters(most, allSlices) },
    whole,
    parts,
  };
}

/** Largest amount of each kind over the profiles: what the whole GPU has. */
function fullAmounts(profiles: readonly MigProfile[]): string[] {
  return MIG_AMOUNTS.map(({ of }) => {
    const texts = profiles.map(of);
    return texts.reduce((most, text) =>
      Number.parseInt(text, 10) > Number.parseInt(most, 10) ? text : most,
    );
  });
}

function capacities(amounts: readonly string[]): Record<string, { value: string }> {
  return Object.fromEntries(
    MIG_AMOUNTS.map(({ capacity }, index) => [capacity, { value: amounts[index]! }]),
  );
}

function counters(
  amounts: readonly string[],
  slices: readonly number[],
): Record<string, { value: string }> {
  return Object.fromEntries([
    ...MIG_AMOUNTS.map(({ counter }, index) => [counter, { value: amounts[index]! }]),
    ...slices.map((slice) => [`memory-slice-${slice}`, { value: '1' }]),
  ]);
}

function gpuUuid(seat: Seat): string {
  const hex = digest(seat, 'gpu');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `GPU-${parts.join('-')}-${hex.slice(20, 32)}`;
}
