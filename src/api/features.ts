// Versions of Kubernetes and their feature gates: which exist in a version, their default, and
// whether they are locked to it. Read from `kube_features.go` of 1.32.13, 1.33.13, 1.34.13, 1.35.10,
// 1.36.6 and 1.37.2, and the KEPs' own gate tables.

import { DrasimError, type Issue, nearNames } from '../errors.js';

/** The versions that drasim models, oldest first. */
export const KUBERNETES_VERSIONS = ['1.32', '1.33', '1.34', '1.35', '1.36', '1.37'] as const;

/** The newest modelled version; the default. */
export const KUBERNETES_VERSION_NEWEST = '1.37';

const MINOR_FIRST = 32;

// One letter per version from 1.32: `-` unknown, `0` off, `1` on, `L` on and locked,
// `A` the gate is gone and the behaviour always on.
const GATES = {
  DynamicResourceAllocation: '001LLL',
  DRAAdminAccess: '0011LL',
  DRAConsumableCapacity: '--0011',
  DRADerivedAttributes: '-----0',
  DRADeviceBindingConditions: '--0011',
  DRADeviceCompatibilityGroups: '-----0',
  DRADeviceTaintRules: '---001',
  DRADeviceTaints: '-00011',
  DRAExtendedResource: '--001L',
  DRAFractionalCapacityRange: '-----1',
  DRAListTypeAttributes: '----00',
  DRANodeAllocatableResources: '----00',
  DRAOptionalNodeOperations: '-----0',
  DRAPartitionableDevices: '-00011',
  DRAPartitionableDevicesType: '-----0',
  DRAPrioritizedList: '-0111L',
  DRAResourceClaimDeviceStatus: '01111L',
  DRAResourcePoolStatus: '----00',
  DRASchedulerFilterTimeout: '--1111',
  DRAWorkloadResourceClaims: '----00',
  ResourceHealthStatus: '000011',

  ClearingNominatedNodeNameAfterBinding: '--0111',
  GangScheduling: '---00-',
  GenericWorkload: '---000',
  ImageVolume: '000111',
  InPlacePodLevelResourcesVerticalScaling: '---011',
  InPlacePodVerticalScaling: '011111',
  InPlacePodVerticalScalingInitContainers: '----11',
  MutableCSINodeAllocatableCount: '-00111',
  NodeDeclaredFeatures: '---011',
  NominatedNodeNameForExpectation: '--0111',
  OpportunisticBatching: '---111',
  PodLevelResources: '001111',
  PodLevelResourcesFixDefaulting: '-----1',
  PodLevelResourcesFixKubeletQOSClass: '-----1',
  SchedulerAsyncAPICalls: '--0000',
  SchedulerAsyncPreemption: '011111',
  SchedulerPopFromBackoffQ: '-11111',
  SchedulerPreQueueingHints: '-----0',
  SchedulerQueueingHints: '11111A',
  SidecarContainers: '11111A',
  StorageCapacityScoring: '-00001',
  TaintTolerationComparisonOperators: '---000',
  VolumeLimitScaling: '---001',
} as const;

/** The name of a feature gate that drasim knows in some version. */
export type FeatureGate = keyof typeof GATES;

/** What is switched on in one simulated cluster. */
export class Features {
  /** For example `1.37`. */
  readonly version: string;
  /** The version's second number: 32 to 37. */
  readonly minor: number;
  private readonly on: ReadonlySet<string>;

  constructor(version: string, minor: number, on: ReadonlySet<string>) {
    this.version = version;
    this.minor = minor;
    this.on = on;
  }

  /** Whether a gate is on; one that the version does not know is off, one that it outgrew is on. */
  enabled(gate: FeatureGate): boolean {
    return this.on.has(gate);
  }

  /** The gates that are on, sorted by name. */
  enabledGates(): string[] {
    return [...this.on].sort();
  }
}

/** A version and the gates that differ from its defaults. */
export interface FeatureOptions {
  readonly version?: string;
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** Lets locked gates be switched off, which only upstream's own code under test can do. */
  readonly unlocked?: boolean;
}

/**
 * Resolves a version and its gates.
 *
 * @throws DrasimError `ERR_VERSION_UNKNOWN` for a version that is not modelled
 * @throws DrasimError `ERR_FEATURE_UNKNOWN` for each gate that the version does not know
 * @throws DrasimError `ERR_FEATURE_LOCKED` for each gate that the version does not let change
 */
export function resolveFeatures(options: FeatureOptions = {}): Features {
  const version = options.version ?? KUBERNETES_VERSION_NEWEST;
  const column = (KUBERNETES_VERSIONS as readonly string[]).indexOf(version.replace(/^v/, ''));
  if (column < 0) {
    throw new DrasimError({
      code: 'ERR_VERSION_UNKNOWN',
      path: 'kubernetes.version',
      message: `expected one of ${KUBERNETES_VERSIONS.join(', ')}, got ${JSON.stringify(version)}`,
      hint: 'quote the version, and leave the patch release out',
    });
  }
  const on = new Set<string>();
  for (const gate of gateNames()) {
    if ('1LA'.includes(GATES[gate][column]!)) on.add(gate);
  }
  const issues: Issue[] = [];
  for (const [gate, enabled] of Object.entries(options.featureGates ?? {})) {
    const issue = checkGate(gate, enabled || options.unlocked === true, column);
    if (issue) issues.push(issue);
    else if (enabled) on.add(gate);
    else on.delete(gate);
  }
  if (issues.length > 0) throw new DrasimError(issues);
  return new Features(KUBERNETES_VERSIONS[column]!, MINOR_FIRST + column, on);
}

/** The default of a gate in a version: on, off, or undefined where the version does not know it. */
export function featureDefault(gate: FeatureGate, minor: number): boolean | undefined {
  const state = GATES[gate][minor - MINOR_FIRST] ?? '-';
  return state === '-' ? undefined : state !== '0';
}

/** All gates that drasim knows in any version, sorted by name. */
export function gateNames(): FeatureGate[] {
  return (Object.keys(GATES) as FeatureGate[]).sort();
}

function checkGate(gate: string, allowed: boolean, column: number): Issue | undefined {
  const states: string | undefined = Object.hasOwn(GATES, gate)
    ? GATES[gate as FeatureGate]
    : undefined;
  const version = KUBERNETES_VERSIONS[column]!;
  const path = `kubernetes.featureGates.${gate}`;
  const state = states?.[column] ?? '-';
  if (state === '-' || state === 'A') {
    return {
      code: 'ERR_FEATURE_UNKNOWN',
      path,
      message: `Kubernetes ${version} has no feature gate ${JSON.stringify(gate)}`,
      hint: hintFor(gate, states),
    };
  }
  if (state === 'L' && !allowed) {
    return {
      code: 'ERR_FEATURE_LOCKED',
      path,
      message: `Kubernetes ${version} does not let ${gate} be switched off`,
      hint: 'choose an older version, or leave the gate out',
    };
  }
  return undefined;
}

function hintFor(gate: string, states: string | undefined): string {
  if (states !== undefined) {
    const known = KUBERNETES_VERSIONS.filter((_, index) => !'-A'.includes(states[index]!));
    return `${known.join(', ')} ${known.length === 1 ? 'has' : 'have'} it`;
  }
  const near = nearNames(gate, gateNames());
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'see the table of gates';
}
