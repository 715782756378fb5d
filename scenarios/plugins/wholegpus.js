// A strategy for nodes and devices in few lines: what is broken into already is used up first, so that whole devices
// and whole nodes stay. Types: import('drasim').UserStrategy. `drasim compare` runs it beside drasim's own.

/** @type {import('drasim').UserStrategy} */
export default {
  name: 'WholeGpus',

  /** Ranks nodes: the fewer of its devices are free, the better. */
  score: (_pod, { devices }) => 100 - devices.filter(({ isFree }) => isFree).length,

  /** Orders the devices of a node: the lowest cost is tried first. */
  device: ({ isFree, left }) => (isFree ? 1e9 : left('milli')),
};
