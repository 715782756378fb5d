// What a scheduler is made from, and how it may do less work for the same answers.

import type { Features } from '../api/features.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import type { Allocator } from '../dra/allocator.js';
import type { RandomStream } from '../random.js';
import type { SchedulerProfile } from './configuration/configuration.js';
import type { ObjectListers } from './listers.js';
import type { PodTable } from './pods.js';
import type { PodShapes } from './podshape.js';
import type { BackoffOptions } from './queue/backoff.js';
import type { QueueOptions } from './queue/queue.js';
import type { OwnPlugins } from './registry.js';
import type { TieBreak } from './schedulingcycle.js';
import type { ChosenStrategy } from './strategy.js';
import type { VolumeState } from './volumestate.js';

export interface SchedulerOptions {
  tieBreak: TieBreak;
  /** 0 adapts to the number of nodes, as upstream does by default. */
  percentageOfNodesToScore: number;
  backoff: BackoffOptions;
  /** Whether pods may evict those of lower priority; on by default. */
  preemption?: boolean;
  /** Whether that frees devices too (KEP-5690), which no release does; off by default. */
  preemptsDevices?: boolean;
  /** Profiles with their plugins and arguments; left out: the default one of the version. */
  profiles?: readonly SchedulerProfile[];
  /** Plugins that drasim has not, made for one run. */
  plugins?: OwnPlugins;
  /** Told of every entry of a pod into a queue, and which event brought it there. */
  entered?: QueueOptions['entered'];
  /** Told of every attempt before it looks at nodes. */
  attempted?: (pod: number) => void;
  /** How nodes are ranked; left out: as the profiles say. */
  strategy?: ChosenStrategy;
  /** Shortcuts that change no decision; each can be switched off. All are on by default. */
  shortcuts?: Partial<Shortcuts>;
}

/** Ways to do less work for the same answer. */
export interface Shortcuts {
  /** Keep what is known of nodes for each shape; off: ask every plugin about every node for every pod. */
  shapeTables: boolean;
  /** Redo only the nodes that changed since the shape's last look. */
  changedNodes: boolean;
  /** Ask about one of the idle nodes that only their names tell apart. */
  equalNodes: boolean;
  /** Find the best node by blocks of so many nodes (a power of two); 0: node by node. */
  nodeBlocks: number;
  /** Keep the candidates of preemption for each shape, as long as they depend on their nodes alone. */
  candidates: boolean;
  /** Remember where devices were found, by node and by equal nodes. */
  deviceAnswers: boolean;
}

/** What the scheduler works on. */
export interface SchedulerContext {
  cluster: CompiledCluster;
  allocator: Allocator;
  pods: PodTable;
  shapes: PodShapes;
  features: Features;
  ties: RandomStream;
  listers: ObjectListers;
  /** Persistent volumes, whose bindings change what `listers` show. */
  volumes: VolumeState;
}
