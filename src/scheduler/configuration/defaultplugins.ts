// The plugins of the scheduler, in the order of the default profile: where each one works, from which
// version on, and its weight. Source: pkg/scheduler/apis/config/v1 default plugins, Kubernetes 1.32 to 1.37.

import type { Features } from '../../api/features.js';

/** Where plugins work, in the order in which a profile lists them. */
export const EXTENSION_POINTS = [
  'preEnqueue',
  'queueSort',
  'preFilter',
  'filter',
  'postFilter',
  'podGroupPostFilter',
  'preScore',
  'score',
  'placementScore',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
] as const;

export type ExtensionPoint = (typeof EXTENSION_POINTS)[number];

/** Points by the minor version that brought them, where that is not the oldest modelled one. */
const POINTS_SINCE: Partial<Record<ExtensionPoint, number>> = {
  placementScore: 36,
  podGroupPostFilter: 37,
};

/** The points of a version. */
export function extensionPoints(features: Features): ExtensionPoint[] {
  return EXTENSION_POINTS.filter((point) => (POINTS_SINCE[point] ?? 0) <= features.minor);
}

/** Whether a plugin's weight counts at a point. */
export function isScorePoint(point: ExtensionPoint): boolean {
  return point === 'score' || point === 'placementScore';
}

interface PluginEntry {
  /** Points that the plugin implements, with the minor version from which on it does. */
  readonly points: Partial<Record<ExtensionPoint, number>>;
  readonly weight?: number;
  /** Whether it stands in the default profile; left out: always. */
  readonly isDefault?: (features: Features) => boolean;
}

const FILTERS = { preFilter: 32, filter: 32 };
const LATE_FILTERS = { preFilter: 37, filter: 32 };
const SCORES = { preScore: 32, score: 32 };

const PLUGINS: ReadonlyMap<string, PluginEntry> = new Map(
  Object.entries<PluginEntry>({
    SchedulingGates: { points: { preEnqueue: 32 } },
    PrioritySort: { points: { queueSort: 32 } },
    FIFO: { points: { queueSort: 32 }, isDefault: () => false },
    SJF: { points: { queueSort: 32 }, isDefault: () => false },
    NodeUnschedulable: { points: LATE_FILTERS },
    NodeName: { points: LATE_FILTERS },
    TaintToleration: { points: { ...LATE_FILTERS, ...SCORES }, weight: 3 },
    NodeAffinity: { points: { ...FILTERS, ...SCORES }, weight: 2 },
    NodePorts: { points: FILTERS },
    NodeResourcesFit: { points: { ...FILTERS, ...SCORES, placementScore: 36 }, weight: 1 },
    VolumeRestrictions: { points: FILTERS },
    NodeVolumeLimits: { points: FILTERS },
    VolumeBinding: { points: { ...FILTERS, ...SCORES, reserve: 32, preBind: 32 } },
    VolumeZone: { points: FILTERS },
    PodTopologySpread: { points: { ...FILTERS, ...SCORES }, weight: 2 },
    InterPodAffinity: { points: { ...FILTERS, ...SCORES }, weight: 2 },
    DynamicResources: {
      points: {
        preEnqueue: 32,
        ...FILTERS,
        postFilter: 32,
        podGroupPostFilter: 37,
        score: 35,
        reserve: 32,
        preBind: 32,
      },
      weight: 2,
      isDefault: (features) => features.enabled('DynamicResourceAllocation'),
    },
    DefaultPreemption: { points: { preEnqueue: 32, postFilter: 32, podGroupPostFilter: 37 } },
    NodeResourcesBalancedAllocation: { points: SCORES, weight: 1 },
    ImageLocality: { points: { score: 32 }, weight: 1 },
    DefaultBinder: { points: { bind: 32 } },
    NodeDeclaredFeatures: {
      points: { preFilter: 35, filter: 35 },
      isDefault: (features) => features.enabled('NodeDeclaredFeatures'),
    },
    GangScheduling: {
      points: { preEnqueue: 35, reserve: 35, permit: 35 },
      isDefault: (features) =>
        features.enabled(features.minor < 37 ? 'GangScheduling' : 'GenericWorkload'),
    },
  }),
);

/** Where plugins that drasim has not work, by name, in the order in which they stand in a profile. */
export type OwnPoints = ReadonlyMap<string, readonly ExtensionPoint[]>;

const NO_OWN: OwnPoints = new Map();

/** The plugins that a profile may name: those of a version, and those that a user brings. */
export class KnownPlugins {
  constructor(
    readonly features: Features,
    private readonly own: OwnPoints = NO_OWN,
  ) {}

  /** The plugins of the default profile in their order, with their weights (0: none is set). */
  get defaults(): { name: string; weight: number }[] {
    const { features } = this;
    const names = [...PLUGINS.keys()];
    if (features.minor >= 37) {
      const at = names.indexOf('NodeName');
      names.splice(at - 1, 2, 'NodeName', names[at - 1]!);
    }
    const ofVersion = names.flatMap((name) => {
      const { isDefault, weight = 0 } = PLUGINS.get(name)!;
      const isIn = isDefault ? isDefault(features) : this.isOfVersion(name);
      return isIn && !this.own.has(name) ? [{ name, weight }] : [];
    });
    return [...ofVersion, ...[...this.own.keys()].map((name) => ({ name, weight: 0 }))];
  }

  /** The names of all plugins, in the default profile or not. */
  get names(): string[] {
    return [...PLUGINS.keys(), ...this.own.keys()].filter((name) => this.has(name));
  }

  has(name: string): boolean {
    return this.own.has(name) || this.isOfVersion(name);
  }

  /** Whether a plugin implements a point. */
  worksAt(name: string, point: ExtensionPoint): boolean {
    const points = this.own.get(name);
    if (points) return points.includes(point);
    const since = PLUGINS.get(name)?.points[point];
    return since !== undefined && since <= this.features.minor;
  }

  private isOfVersion(name: string): boolean {
    const points = PLUGINS.get(name)?.points ?? {};
    return Object.values(points).some((since) => since <= this.features.minor);
  }
}
