// What nodes and their devices draw by what is in use of them: a stated model, no measurement. A node draws a base, and
// for each processor package its most as soon as CPU is requested of it, otherwise its idle power, packages being filled
// one after the other. A device draws its idle power when nothing of it is in use, its most when all is, and between
// them either in proportion or its most at once. Source of packages and steps: Lettich et al., "Power- and
// Fragmentation-aware Online Scheduling for GPU Datacenters", CCGrid 2025.

/** Watts by node and by device. */
export interface PowerModel {
  readonly nodeIdle: Float64Array;
  /** Of one package. */
  readonly cpuIdle: Float64Array;
  readonly cpuMax: Float64Array;
  /** CPU of one package, milli, and packages. */
  readonly packageMilli: Float64Array;
  readonly packages: Int32Array;
  /** Of a device, or of the parent of which it is a partition. */
  readonly deviceIdle: Float64Array;
  readonly deviceMax: Float64Array;
  /** 1 for devices that draw their most as soon as any of them is in use. */
  readonly isStep: Uint8Array;
}

/** What the packages of a node draw while so much of its CPU is requested. */
export function cpuWatts(power: PowerModel, node: number, requestedMilli: number): number {
  const packages = power.packages[node]!;
  const wanted = Math.ceil(requestedMilli / power.packageMilli[node]!);
  const inUse = Math.min(packages, wanted);
  return inUse * power.cpuMax[node]! + (packages - inUse) * power.cpuIdle[node]!;
}

/** What a device draws while a part of it, 0 to 1, is in use. */
export function deviceWatts(power: PowerModel, device: number, use: number): number {
  const idle = power.deviceIdle[device]!;
  if (use === 0) return idle;
  const max = power.deviceMax[device]!;
  return power.isStep[device] === 1 ? max : idle + (max - idle) * use;
}
