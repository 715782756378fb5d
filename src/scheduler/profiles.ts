// The profiles of a scheduler: each has plugins of its own, and what is remembered of shapes for them; queue, nodes and
// pods are common. Source: pkg/scheduler/profile and framework/runtime, Kubernetes 1.32 to 1.37.

import type { CompiledCluster } from '../cluster/cluster.js';
import type { EqualNodes } from '../cluster/equalnodes.js';
import { profileIndex, type SchedulerProfile } from './configuration/configuration.js';
import type { PluginHandle } from './framework.js';
import type { PodClaims } from './podclaims.js';
import type { PodShape } from './podshape.js';
import { hasVolumeClaims } from './podvolumes.js';
import type { QueuePlugins } from './queue/plugins.js';
import { ReferenceCycle } from './referencecycle.js';
import { createPlugins, type OwnPlugins } from './registry.js';
import { Rejectors } from './rejectors.js';
import type { NodeAnswers } from './schedulingcycle.js';
import { type CycleCounters, ShapeTable, type ShapeTableContext } from './shapetable.js';
import type { VolumeState } from './volumestate.js';

/** What the profiles of a scheduler share. */
export interface ProfilesContext {
  readonly cluster: CompiledCluster;
  readonly handle: Omit<PluginHandle, 'args'>;
  readonly claims: PodClaims;
  readonly counters: CycleCounters;
  readonly volumes: VolumeState;
  readonly queuePlugins: QueuePlugins;
  /** Plugins that drasim has not. */
  readonly own: OwnPlugins;
  readonly shapeTables: boolean;
  readonly changedNodes: boolean;
  readonly blocks: ShapeTableContext['blocks'];
  /** Undefined asks about every node. */
  readonly equalNodes: EqualNodes | undefined;
}

/** Plugins that pods of one `schedulerName` are scheduled with. */
export class ProfileFramework {
  readonly reference: ReferenceCycle;
  readonly rejectors: Rejectors;
  private readonly tableContext: ShapeTableContext;
  private readonly tables: (ShapeTable | undefined)[] = [];
  /** Volumes that were bound when the table of a shape with claims to them was made. */
  private readonly volumesVersion: number[] = [];
  private sawPodTerms = false;

  constructor(
    readonly profile: SchedulerProfile,
    private readonly context: ProfilesContext,
  ) {
    const { cluster, counters, own, queuePlugins } = context;
    const handle: PluginHandle = { ...context.handle, args: profile.args };
    const { nodePods, reasons } = handle;
    this.reference = new ReferenceCycle(createPlugins(profile, handle, own), handle);
    const { plugins, nodeFilter } = this.reference;
    this.rejectors = new Rejectors(queuePlugins, reasons, plugins.filters);
    const { count } = cluster.nodes;
    this.tableContext = {
      cluster,
      plugins,
      nodeFilter,
      nodePods,
      reasons,
      counters,
      blocks: context.blocks,
      equalNodes: context.equalNodes,
      equalScratch: new Int32Array(context.equalNodes?.classCount ?? 0),
      rawScratch: new Float64Array(count),
      zeroStatus: new Int32Array(count),
      zeroTotal: new Float64Array(count),
      changedScratch: new Int32Array(count),
    };
  }

  /** Which nodes take pods of a shape as things stand. */
  look(shape: PodShape, pod: number): NodeAnswers {
    const version = this.context.claims.prepare(shape);
    if (!this.context.shapeTables) return this.reference.answer(shape, pod);
    const { hasPodTerms } = this.context.handle.shapes;
    if (hasPodTerms !== this.sawPodTerms) {
      // Tables made before the first terms came do not ask about them.
      this.tables.length = 0;
      this.sawPodTerms = hasPodTerms;
    }
    let table = this.tables[shape.id];
    const { volumes } = this.context;
    if (this.volumesVersion[shape.id] !== volumes.version && hasVolumeClaims(shape.pod)) {
      // What plugins say of volumes depends on nodes alone, as long as none is bound.
      table = undefined;
      this.volumesVersion[shape.id] = volumes.version;
    }
    if (!table) {
      table = new ShapeTable(shape, this.tableContext);
      this.tables[shape.id] = table;
    }
    table.refresh(version, this.context.changedNodes);
    return table;
  }
}

/** Finds the profile of a pod by its `schedulerName`. */
export class Profiles {
  readonly frameworks: readonly ProfileFramework[];
  private readonly byShape: (ProfileFramework | undefined)[] = [];

  constructor(
    private readonly profiles: readonly SchedulerProfile[],
    context: ProfilesContext,
  ) {
    this.frameworks = profiles.map((profile) => new ProfileFramework(profile, context));
  }

  /** Whether pods naming a scheduler are ours. */
  has(schedulerName: string | undefined): boolean {
    return profileIndex(this.profiles, schedulerName) >= 0;
  }

  /** The profile of pods that have one. */
  of(shape: PodShape): ProfileFramework {
    let found = this.byShape[shape.id];
    if (!found) {
      found = this.frameworks[profileIndex(this.profiles, shape.spec.schedulerName)]!;
      this.byShape[shape.id] = found;
    }
    return found;
  }
}
