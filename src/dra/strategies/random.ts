// Random: any device that would do, with equal chance. The draw follows from the seed, the device and the version of
// its node's devices instead of a stream, so that searches that only ask whether a pod fits draw nothing.
// Mixing: the finalizer of MurmurHash3 (Appleby, public domain).

import type { DeviceStrategyEntry } from '../strategy.js';

export const random: DeviceStrategyEntry = {
  summary: 'any device that fits, with equal chance',
  create: ({ devices, view }) => ({
    name: 'Random',
    device(_request, device) {
      const node = devices.deviceNode[device]!;
      const version = devices.useVersion[node >= 0 ? node : devices.useVersion.length - 1]!;
      return mix(mix(view.seed ^ mix(device + 1)) ^ (version | 0)) >>> 0;
    },
  }),
};

function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
