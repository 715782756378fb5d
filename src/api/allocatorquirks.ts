// What a release's allocator does that looks accidental, or that a later release changed: each a named switch.
// Read from the releases' answers (1.32.13, 1.33.13, 1.34.13, 1.35.10, 1.36.6, 1.37.2) to the same questions.

/** Upstream's allocators, by the name of their package; `single` is that of 1.32 and 1.33. */
export type AllocatorName = 'single' | 'stable' | 'incubating' | 'experimental';

const MINOR_FIRST = 32;

// One letter per version from 1.32: `-` does not hold, `1` holds, `s` in the stable allocator only, `e` in the
// experimental one only. A version that does not know the feature has `-`.
const QUIRKS = {
  takesIncompletePools: ['111---', 'ExactCount takes devices of incomplete pools too.'],
  failsAtFittingInvalid: ['1-----', 'A fitting device of an invalid pool ends the attempt.'],
  failsAtInvalidPool: [
    '-11---',
    'An invalid pool ends the attempt as soon as the search reaches it.',
  ],
  hidesInvalidPools: ['111---', 'A search that finds nothing does not tell of invalid pools.'],
  bindingSlicesLast: ['--ee--', 'Slices with binding conditions come last within their pool.'],
  counterSlicesEverywhere: [
    '---11s',
    'Slices with counter sets belong to their pool for every node, wherever they are.',
  ],
  readsCounterSlices: [
    '--1---',
    'Without the gate, slices with counter sets are seen nevertheless.',
  ],
  countersPerSlice: ['-11---', 'Counter sets belong to the slice that publishes them.'],
  checksHiddenDevices: [
    '---11-',
    'Devices beside counter sets, which are never seen, can make their pool invalid.',
  ],

  allMayBeNone: ['1-----', 'A request for all devices is content with none.'],
  allEndsSearch: [
    '1-----',
    'One device of an All request that cannot be had ends the whole search.',
  ],
  allKeepsPicks: ['11----', 'The devices of an All request that failed half-way stay taken.'],
  allFollowsFirstAlternative: [
    '-111--',
    'Further devices of an All request follow the first alternative.',
  ],
  allOfCapacityIsShared: [
    '--1---',
    'An All request that names capacities passes over devices that cannot be shared.',
  ],
  limitAfterRequests: [
    '11----',
    'The limit of 32 devices is looked at after all requests, nowhere else, and sums wrap at 64 bits.',
  ],
  permutes: ['1111--', 'Permutations are searched instead of combinations.'],
  adminIsUnmarked: ['11----', 'Devices picked with admin access are not marked.'],
  timeoutIsOfNode: ['11111-', 'A search that takes too long counts against its node only.'],

  ignoresCounters: ['11----', 'Counters are ignored while their gate is off.'],
  countersByDevice: [
    '-1----',
    'An unknown counter makes its device useless, and only drawn counters count.',
  ],
  countersByPoolName: [
    '---1--',
    'Pools of one name draw on the counters of the one that is met first, whatever their drivers.',
  ],
  leaksCounters: ['--11--', 'Counters of a device that another rule then refuses stay drawn.'],
  leaksShareCounters: ['--11--', 'Counters of a share that is taken back stay drawn.'],
  remembersShares: [
    '---1--',
    'A share of a device without capacity that is taken back still spares the next its counters.',
  ],
  sharesDrawNothing: ['--11--', 'Devices held by shares draw no counters.'],
  sharesDrawAgain: ['--1---', 'A share of a device that is in use draws its counters again.'],
  bareSharesDrawAgain: [
    '---11-',
    'A share of a device that is held by shares without capacity draws its counters again.',
  ],

  capacityOfWrongDevice: [
    '--1---',
    'While a device is picked, the capacity of another device of its slice is looked at.',
  ],
  keepsRefused: [
    '--11--',
    'A device refused for its capacity while it is picked stays taken, constraints included.',
  ],
  overlooksRange: [
    '--111-',
    'Amounts that are negative or that 64 bits cannot hold are no errors.',
  ],

  distinctAmongRequests: ['--1---', 'distinctAttribute does not compare devices of one request.'],
  forgetsDistinct: ['--111-', 'distinctAttribute remembers one value a request.'],
  everyTaintCounts: ['-11---', 'A taint of any effect must be tolerated, also one of effect None.'],
  rulesWithoutSelector: ['-1111-', 'A DeviceTaintRule without selector taints every device.'],

  tripsOverLists: [
    '----1-',
    'Without DRAListTypeAttributes, selectors fail on a device with a list among its attributes.',
  ],
  terseErrors: ['11111-', 'Errors of expressions at run time name no device and give no hint.'],
  namesRequestOnly: ['--1---', 'An error about the capacity of a subrequest names its request.'],
  omitsTolerations: ['-11---', 'Results do not carry tolerations.'],
  repeatsConfig: ['----1-', 'A configuration of the claim comes once for each of its requests.'],
  keepsConfigNames: ['11111-', 'A configuration that covers all requests names them.'],
} as const satisfies Record<string, readonly [string, string]>;

/** The name of a quirk. */
export type AllocatorQuirk = keyof typeof QUIRKS;

/** Which quirks hold. */
export type AllocatorQuirks = { readonly [Name in AllocatorQuirk]: boolean };

/** The quirks of an allocator of a minor version: 37 for 1.37. */
export function quirksOf(allocator: AllocatorName, minor: number): AllocatorQuirks {
  const entries = quirkNames().map((name) => {
    const state = QUIRKS[name][0][minor - MINOR_FIRST];
    const only = state === 's' ? 'stable' : state === 'e' ? 'experimental' : allocator;
    return [name, state !== '-' && only === allocator] as const;
  });
  return Object.fromEntries(entries) as AllocatorQuirks;
}

/** All quirks: those of pools first, then of the search, of counters, capacity, constraints and results. */
export function quirkNames(): AllocatorQuirk[] {
  return Object.keys(QUIRKS) as AllocatorQuirk[];
}

/** What a quirk is, as a sentence. */
export function quirkSummary(name: AllocatorQuirk): string {
  return QUIRKS[name][1];
}
