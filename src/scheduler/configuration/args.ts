// The arguments of plugins: their fields as files write them, and what they are when left out.
// Source: kube-scheduler/config/v1, Kubernetes 1.32 to 1.37.

import type { NodeAffinity, TopologySpreadConstraint } from '../../api/core.js';
import type { Features } from '../../api/features.js';
import {
  bool,
  count32,
  count64,
  type Field,
  int32,
  int64,
  list,
  object,
  text,
  texts,
} from '../../api/fields/field.js';
import { nodeAffinity, topologySpreadConstraint } from '../../api/fields/pod.js';
import type { Draft } from '../../api/object.js';

/** A resource that scoring looks at, and how much it counts. */
export interface ResourceSpec {
  readonly name: string;
  readonly weight: number;
}

/** A point of a scoring curve: utilization 0 to 100, score 0 to 10. */
export interface UtilizationShapePoint {
  readonly utilization: number;
  readonly score: number;
}

/** How NodeResourcesFit scores. */
export interface ScoringStrategy {
  readonly type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
  readonly resources: readonly ResourceSpec[];
  readonly requestedToCapacityRatio?: { readonly shape: readonly UtilizationShapePoint[] };
}

/** Arguments of the plugins that drasim knows, by plugin and defaulted. */
export interface KnownPluginArgs {
  readonly DefaultPreemption?: {
    readonly minCandidateNodesPercentage: number;
    readonly minCandidateNodesAbsolute: number;
  };
  /** Durations such as `10m0s`; absent where the version or its gates have no such argument. */
  readonly DynamicResources?: { readonly filterTimeout?: string; readonly bindingTimeout?: string };
  readonly InterPodAffinity?: {
    readonly hardPodAffinityWeight: number;
    readonly ignorePreferredTermsOfExistingPods: boolean;
  };
  readonly NodeAffinity?: { readonly addedAffinity?: NodeAffinity };
  readonly NodeResourcesBalancedAllocation?: { readonly resources: readonly ResourceSpec[] };
  readonly NodeResourcesFit?: {
    readonly ignoredResources?: readonly string[];
    readonly ignoredResourceGroups?: readonly string[];
    readonly scoringStrategy: ScoringStrategy;
  };
  readonly PodTopologySpread?: {
    readonly defaultConstraints?: readonly TopologySpreadConstraint[];
    readonly defaultingType: 'System' | 'List';
  };
  readonly VolumeBinding?: {
    readonly bindTimeoutSeconds: number;
    readonly shape?: readonly UtilizationShapePoint[];
  };
}

/** Arguments by plugin; those of plugins that drasim does not know stand there as they were written. */
export type PluginArgs = KnownPluginArgs & { readonly [unknownPlugin: string]: unknown };

/** How the arguments of one plugin are read and defaulted. */
export interface ArgsEntry {
  readonly field: Field;
  setDefaults(args: Draft, features: Features): void;
  /** The minor version that brought the arguments, where that is not the oldest modelled one. */
  readonly since?: number;
}

const header = { apiVersion: text, kind: text };
const resources = list(object({ name: text.always, weight: int64 }));
const shape = list(object({ utilization: int32.always, score: int32.always }));
const CPU_AND_MEMORY = ['cpu', 'memory'];

const ARGS: ReadonlyMap<string, ArgsEntry> = new Map(
  Object.entries<ArgsEntry>({
    DefaultPreemption: {
      field: object({
        ...header,
        minCandidateNodesPercentage: count32,
        minCandidateNodesAbsolute: count32,
      }),
      setDefaults(args) {
        args['minCandidateNodesPercentage'] ??= 10;
        args['minCandidateNodesAbsolute'] ??= 100;
      },
    },
    DynamicResources: {
      field: object({ ...header, filterTimeout: text, bindingTimeout: text }),
      since: 34,
      setDefaults(args, features) {
        if (features.enabled('DRASchedulerFilterTimeout')) args['filterTimeout'] ??= '10s';
        if (hasBindingConditions(features)) args['bindingTimeout'] ??= '10m0s';
      },
    },
    InterPodAffinity: {
      field: object({
        ...header,
        hardPodAffinityWeight: count32,
        ignorePreferredTermsOfExistingPods: bool.always,
      }),
      setDefaults(args) {
        args['hardPodAffinityWeight'] ??= 1;
      },
    },
    NodeAffinity: { field: object({ ...header, addedAffinity: nodeAffinity }), setDefaults() {} },
    NodeResourcesBalancedAllocation: {
      field: object({ ...header, resources }),
      setDefaults: setResourceDefaults,
    },
    NodeResourcesFit: {
      field: object({
        ...header,
        ignoredResources: texts,
        ignoredResourceGroups: texts,
        scoringStrategy: object({
          type: text,
          resources,
          requestedToCapacityRatio: object({ shape }),
        }),
      }),
      setDefaults(args) {
        args['scoringStrategy'] ??= { type: 'LeastAllocated' };
        setResourceDefaults(args['scoringStrategy'] as Draft);
      },
    },
    PodTopologySpread: {
      field: object({
        ...header,
        defaultConstraints: list(topologySpreadConstraint),
        defaultingType: text,
      }),
      setDefaults(args) {
        args['defaultingType'] ||= 'System';
      },
    },
    VolumeBinding: {
      field: object({ ...header, bindTimeoutSeconds: count64, shape }),
      setDefaults(args, features) {
        args['bindTimeoutSeconds'] ??= 600;
        if (!features.enabled('StorageCapacityScoring')) return;
        if (((args['shape'] ?? []) as Draft[]).length > 0) return;
        args['shape'] = [
          { utilization: 0, score: 10 },
          { utilization: 100, score: 0 },
        ];
      },
    },
  }),
);

/** How a plugin's arguments are read; undefined for a plugin without arguments in this version. */
export function argsEntry(plugin: string, features: Features): ArgsEntry | undefined {
  const entry = ARGS.get(plugin);
  return entry && (entry.since ?? 0) <= features.minor ? entry : undefined;
}

/** Whether the gates of binding conditions are on (KEP-5007). */
export function hasBindingConditions(features: Features): boolean {
  return (
    features.enabled('DRADeviceBindingConditions') &&
    features.enabled('DRAResourceClaimDeviceStatus')
  );
}

function setResourceDefaults(holder: Draft): void {
  const given = (holder['resources'] ?? []) as Draft[];
  const listed = given.length > 0 ? given : CPU_AND_MEMORY.map((name): Draft => ({ name }));
  holder['resources'] = listed.map((entry) => ({ ...entry, weight: entry['weight'] || 1 }));
}
