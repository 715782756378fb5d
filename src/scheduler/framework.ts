// The part of the scheduler framework that plugins see: extension points with upstream's names over
// columns, node by index. Source: kubernetes/kube-scheduler framework (1.37).

import type { Pod } from '../api/core.js';
import type { Features } from '../api/features.js';
import type { LabelColumn, LabelColumns } from '../cluster/labelcolumns.js';
import type { NodeTable } from '../cluster/nodes.js';
import type { PluginArgs } from './configuration/args.js';
import type { ObjectListers } from './listers.js';
import type { NodePods, PodListener } from './nodepods.js';
import type { PodTable } from './pods.js';
import type { PodShape, PodShapes } from './podshape.js';
import type { Reasons } from './reasons.js';

/** Highest score of a node by one plugin. */
export const MAX_SCORE = 100;

/** Code of the error that ends a run because a plugin that a user brought does not work. */
export const USER_PLUGIN_FAILED = 'ERR_PLUGIN_FAILED';

/** What an answer for one node depends on: the node, also the pods on it, or pods anywhere. */
export type DependsOn = 'node' | 'pods' | 'cluster';

/**
 * What a plugin says of a pod before it looks at nodes: its filter has nothing to do for the shape, or
 * nothing as things stand, it runs, the pod is rejected everywhere, or only nodes of these names come into
 * question (and the filter runs). Upstream's Skip is both of the first two.
 */
export type PreFilterResult =
  | 'skip'
  | 'idle'
  | 'run'
  | { readonly rejection: number }
  | { readonly nodeNames: readonly string[] };

/**
 * Whether what a plugin says of a node without pods, filter and score, follows from the node's labels but the host name,
 * its taints, its amounts and its devices: then idle nodes that are equal in all of that share one answer.
 */
export type EqualOnEqualNodes = (shape: PodShape) => boolean;

/** Rejects nodes. */
export interface FilterPlugin {
  readonly name: string;
  readonly dependsOn: DependsOn;
  readonly isEqualOnEqualNodes?: EqualOnEqualNodes;
  /** 0 for Success, otherwise the id of a rejection in {@link Reasons}. */
  filter(shape: PodShape, node: number): number;
  /** Where the answer depends on the cluster: visits the nodes where it may be new since the last call. */
  visitChanges?(shape: PodShape, visit: (node: number) => void): void;
  /** Where the answer follows from domains of nodes: instead of `visitChanges`. */
  readonly domains?: DomainAnswers;
  /** Whether no shape that is known by now gives it a reason to reject a node. */
  isIdle?(): boolean;
}

/** Told of a domain, as nodes from `start` to `end` of a list. */
export type DomainFlip = (nodes: Int32Array, start: number, end: number) => void;

/** Which domains of a topology are rejected, as of the last look at what flipped. */
export interface DomainVerdicts {
  readonly column: LabelColumn;
  /** By value of the column. */
  readonly isRejected: Uint8Array;
}

/** A filter that rejects nodes for their domains: for the first that is missing or rejected. */
export interface DomainAnswers {
  /** Rejection of nodes in rejected domains, and of those that lack one. */
  readonly rejection: number;
  readonly unlabelled: number;
  verdicts(shape: PodShape): readonly DomainVerdicts[];
  /**
   * Looks at the domains, and tells of those that flipped since the last look.
   *
   * @returns whether anything changed that a pod on trial might make another flip of
   */
  visitFlips(shape: PodShape, flip: DomainFlip): boolean;
}

/** The feasible nodes that are scored, in the order in which they were found. */
export interface NodeWindow {
  readonly nodes: Int32Array;
  readonly count: number;
}

/** For asking plugins that score windows whether they have anything to do. */
export const NO_WINDOW: NodeWindow = { nodes: new Int32Array(0), count: 0 };

/** How raw scores become 0..100 over the feasible nodes; `own` is the plugin's own way. */
export type Normalization = 'none' | 'default' | 'reverse' | 'own';

/** Ranks feasible nodes. */
export interface ScorePlugin {
  readonly name: string;
  readonly dependsOn: DependsOn;
  readonly isEqualOnEqualNodes?: EqualOnEqualNodes;
  readonly normalization: Normalization;
  /** False skips the plugin for all nodes (PreScore's Skip); only `cluster` plugins see a filled window. */
  preScore(shape: PodShape, window: NodeWindow): boolean;
  /** Whether all nodes of the cluster are known to score alike: then their scores decide nothing. */
  isEven?(shape: PodShape): boolean;
  /** Raw score; within 0..100 where there is no normalization. */
  score(shape: PodShape, node: number): number;
  /** The node that would win by this plugin's scores alone, where that is known without them. */
  pick?(shape: PodShape, window: NodeWindow): number;
  /** For normalization `own`: makes raw scores, in the order of the window, final. */
  normalize?(shape: PodShape, scores: Float64Array, window: NodeWindow): void;
}

/** An attempt that found no node. */
export interface FailedAttempt {
  readonly shape: PodShape;
  /** Index of the pod. */
  readonly pod: number;
  /** Node that the pod is nominated to, -1 for none. */
  readonly nominatedNode: number;
  /** Rejection ids by node; nodes outside of what PreFilter left have the one that says so. */
  readonly statuses: Int32Array;
  /** Whether a plugin came to its turn at PreFilter. */
  hasRun(plugin: string): boolean;
  /** Asks all filters about a node as it is now, nominated pods counted; 0 or a rejection's id. */
  filter(node: number): number;
  /** Whether the answers for a node follow from the shape and that node alone, and may be remembered. */
  readonly isLocal: boolean;
}

/** What PostFilter made of it; `text` stands in the message of FailedScheduling. */
export interface PostFilterResult {
  readonly code: 'Success' | 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Error';
  readonly text: string;
  /** Node to nominate the pod to, -1 for none. */
  readonly nominatedNode: number;
  /** Pods to evict, the most important one first. */
  readonly victims: readonly number[];
  /** The pod stays nominated where it was: it may not look for another node. */
  readonly keepsNomination?: boolean;
}

/** What a plugin factory is given. */
export interface PluginHandle {
  readonly nodes: NodeTable;
  readonly labels: LabelColumns;
  readonly pods: PodTable;
  readonly shapes: PodShapes;
  readonly nodePods: NodePods;
  readonly features: Features;
  readonly args: PluginArgs;
  readonly listers: ObjectListers;
  readonly reasons: Reasons;
  /** Finds devices for the claims of a shape; see plugins/dynamicresources.ts. */
  readonly devices: DeviceFinder;
}

/** What DynamicResources needs of the room `dra`, bound to the run's state. */
export interface DeviceFinder {
  /** Tries the shape's claims on a node; 0 when they fit, otherwise a rejection's id. */
  fits(shape: PodShape, node: number): number;
  /** In a trial without a pod: frees what its claims hold for it alone; absent where devices stay. */
  lift?(pod: number): void;
  /** The opposite of {@link lift}. */
  putBack?(pod: number): void;
}

/** A plugin implements some of the extension points. */
export interface Plugin
  extends Partial<Omit<FilterPlugin, 'name' | 'dependsOn'>>,
    Partial<Omit<ScorePlugin, 'name' | 'dependsOn'>>,
    Partial<PodListener> {
  readonly name: string;
  readonly dependsOn: DependsOn;
  /** 0, or the rejection that keeps a pod out of the queue. */
  preEnqueue?(pod: Pod): number;
  preFilter?(shape: PodShape): PreFilterResult;
  /** What can be done for a pod without a node; undefined where the plugin has nothing to say. */
  postFilter?(attempt: FailedAttempt): PostFilterResult | undefined;
}

export type PluginFactory = (handle: PluginHandle) => Plugin;
