// MIG: which partitions of a GPU exist, what each consumes, and where it can lie. Source: NVIDIA's MIG user
// guide and what `nvidia-smi mig -lgip`, `-lgipp` print; the counters follow the NVIDIA DRA driver's dynamic
// MIG (one counter set a GPU, one counter a memory slice). Models marked as worked out follow the pattern.

/** One MIG profile of a model. */
export interface MigProfile {
  /** `1g.5gb`; media extensions end in `+me`. */
  readonly name: string;
  readonly id: number;
  readonly memoryMib: number;
  readonly multiprocessors: number;
  readonly copyEngines: number;
  readonly decoders: number;
  readonly jpegEngines: number;
  readonly ofaEngines: number;
  /** Memory slices at which a partition can start, and how many it takes. */
  readonly starts: readonly number[];
  readonly size: number;
}

// Ids and placements are those of every model with eight memory slices.
const PLACEMENTS = {
  '1g': { id: 19, starts: [0, 1, 2, 3, 4, 5, 6], size: 1 },
  '1g+me': { id: 20, starts: [0, 1, 2, 3, 4, 5, 6], size: 1 },
  '1g.double': { id: 15, starts: [0, 2, 4, 6], size: 2 },
  '2g': { id: 14, starts: [0, 2, 4], size: 2 },
  '3g': { id: 9, starts: [0, 4], size: 4 },
  '4g': { id: 5, starts: [0], size: 4 },
  '7g': { id: 0, starts: [0], size: 8 },
} as const;

/** Rows: placement, name, MiB, multiprocessors, copy engines, decoders, JPEG and OFA engines. */
type Row = readonly [
  keyof typeof PLACEMENTS,
  string,
  number,
  number,
  number,
  number,
  number,
  number,
];

const table = (rows: readonly Row[]): MigProfile[] =>
  rows.map(([kind, name, memoryMib, multiprocessors, copyEngines, decoders, jpeg, ofa]) => ({
    name,
    memoryMib,
    multiprocessors,
    copyEngines,
    decoders,
    jpegEngines: jpeg,
    ofaEngines: ofa,
    ...PLACEMENTS[kind],
  }));

/** Profiles by model. */
export const MIG_PROFILES: Readonly<Record<string, readonly MigProfile[]>> = {
  'a100-40gb': table([
    ['1g', '1g.5gb', 4864, 14, 1, 0, 0, 0],
    ['1g+me', '1g.5gb+me', 4864, 14, 1, 1, 1, 1],
    ['1g.double', '1g.10gb', 9856, 14, 1, 1, 0, 0],
    ['2g', '2g.10gb', 9856, 28, 2, 1, 0, 0],
    ['3g', '3g.20gb', 19968, 42, 3, 2, 0, 0],
    ['4g', '4g.20gb', 19968, 56, 4, 2, 0, 0],
    ['7g', '7g.40gb', 40192, 98, 7, 5, 1, 1],
  ]),
  'a100-80gb': table([
    ['1g', '1g.10gb', 9856, 14, 1, 0, 0, 0],
    ['1g+me', '1g.10gb+me', 9856, 14, 1, 1, 1, 1],
    ['1g.double', '1g.20gb', 19968, 14, 1, 1, 0, 0],
    ['2g', '2g.20gb', 19968, 28, 2, 1, 0, 0],
    ['3g', '3g.40gb', 40192, 42, 3, 2, 0, 0],
    ['4g', '4g.40gb', 40192, 56, 4, 2, 0, 0],
    ['7g', '7g.80gb', 80384, 98, 7, 5, 1, 1],
  ]),
  'h100-80gb': table([
    ['1g', '1g.10gb', 9984, 16, 1, 1, 1, 0],
    ['1g+me', '1g.10gb+me', 9984, 16, 1, 1, 1, 1],
    ['1g.double', '1g.20gb', 20096, 26, 1, 1, 1, 0],
    ['2g', '2g.20gb', 20096, 32, 2, 2, 2, 0],
    ['3g', '3g.40gb', 40448, 60, 3, 3, 3, 0],
    ['4g', '4g.40gb', 40448, 64, 4, 4, 4, 0],
    ['7g', '7g.80gb', 81152, 132, 8, 7, 7, 1],
  ]),
  'h200-141gb': table([
    ['1g', '1g.18gb', 17920, 16, 1, 1, 1, 0],
    ['1g+me', '1g.18gb+me', 17920, 16, 1, 1, 1, 1],
    ['1g.double', '1g.35gb', 35840, 26, 1, 1, 1, 0],
    ['2g', '2g.35gb', 35840, 32, 2, 2, 2, 0],
    ['3g', '3g.71gb', 71680, 60, 3, 3, 3, 0],
    ['4g', '4g.71gb', 71680, 64, 4, 4, 4, 0],
    ['7g', '7g.141gb', 143360, 132, 8, 7, 7, 1],
  ]),
  'b200-180gb': table([
    ['1g', '1g.23gb', 20992, 18, 2, 1, 1, 0],
    ['1g+me', '1g.23gb+me', 20992, 18, 2, 1, 1, 1],
    ['1g.double', '1g.45gb', 45312, 30, 2, 1, 1, 0],
    ['2g', '2g.45gb', 45312, 36, 4, 2, 2, 0],
    ['3g', '3g.90gb', 90624, 70, 6, 3, 3, 0],
    ['4g', '4g.90gb', 90624, 72, 8, 4, 4, 0],
    ['7g', '7g.180gb', 181248, 148, 16, 7, 7, 1],
  ]),
  gb200: table([
    ['1g', '1g.24gb', 20480, 18, 2, 1, 1, 0],
    ['1g+me', '1g.24gb+me', 20480, 18, 2, 1, 1, 1],
    ['1g.double', '1g.47gb', 46592, 32, 2, 1, 1, 0],
    ['2g', '2g.47gb', 46592, 38, 4, 2, 2, 0],
    ['3g', '3g.95gb', 93184, 74, 6, 3, 3, 0],
    ['4g', '4g.95gb', 93184, 76, 8, 4, 4, 0],
    ['7g', '7g.189gb', 186368, 152, 16, 7, 7, 1],
  ]),
};

/** Amounts of a profile as the driver publishes them: capacity names beside counter names. */
export const MIG_AMOUNTS: readonly {
  capacity: string;
  counter: string;
  of(profile: MigProfile): string;
}[] = [
  {
    capacity: 'multiprocessors',
    counter: 'multiprocessors',
    of: (profile) => `${profile.multiprocessors}`,
  },
  { capacity: 'copyEngines', counter: 'copy-engines', of: (profile) => `${profile.copyEngines}` },
  { capacity: 'decoders', counter: 'decoders', of: (profile) => `${profile.decoders}` },
  { capacity: 'encoders', counter: 'encoders', of: () => '0' },
  { capacity: 'jpegEngines', counter: 'jpeg-engines', of: (profile) => `${profile.jpegEngines}` },
  { capacity: 'ofaEngines', counter: 'ofa-engines', of: (profile) => `${profile.ofaEngines}` },
  { capacity: 'memory', counter: 'memory', of: (profile) => `${profile.memoryMib}Mi` },
];

/** Memory slices of every model here. */
export const MEMORY_SLICES = 8;
