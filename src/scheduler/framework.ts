// The part of the scheduler framework that plugins see: extension points with upstream's names over
// columns, node by index. Source: kubernetes/kube-scheduler framework (1.37).

import type { Features } from '../api/features.js';
import type { NodeTable } from '../cluster/nodes.js';
import type { PodShape } from './podshape.js';
import type { Reasons } from './reasons.js';

/** Highest score of a node by one plugin. */
export const MAX_SCORE = 100;

/** What a filter's answer for one node depends on. */
export type DependsOn = 'node' | 'pods';

/** Rejects nodes. */
export interface FilterPlugin {
  readonly name: string;
  readonly dependsOn: DependsOn;
  /** False skips the plugin for all nodes (PreFilter's Skip). */
  preFilter(shape: PodShape): boolean;
  /** 0 for Success, otherwise the id of a rejection in {@link Reasons}. */
  filter(shape: PodShape, node: number): number;
}

/** How raw scores become 0..100 over the feasible nodes. */
export type Normalization = 'none' | 'default' | 'reverse';

/** Ranks feasible nodes. */
export interface ScorePlugin {
  readonly name: string;
  readonly dependsOn: DependsOn;
  readonly normalization: Normalization;
  /** False skips the plugin for all nodes (PreScore's Skip). */
  preScore(shape: PodShape): boolean;
  /** Raw score; within 0..100 where there is no normalization. */
  score(shape: PodShape, node: number): number;
}

/** What a plugin factory is given. */
export interface PluginHandle {
  readonly nodes: NodeTable;
  readonly features: Features;
  readonly reasons: Reasons;
  /** Finds devices for the claims of a shape; see plugins/dynamicresources.ts. */
  readonly devices: DeviceFinder;
}

/** What DynamicResources needs of the room `dra`, bound to the run's state. */
export interface DeviceFinder {
  /** Tries the shape's claims on a node; 0 when they fit, otherwise a rejection's id. */
  fits(shape: PodShape, node: number): number;
}

/** A plugin is one or both kinds. */
export type Plugin = Partial<Pick<FilterPlugin, 'preFilter' | 'filter'>> &
  Partial<Pick<ScorePlugin, 'preScore' | 'score' | 'normalization'>> & {
    readonly name: string;
    readonly dependsOn: DependsOn;
  };

export type PluginFactory = (handle: PluginHandle) => Plugin;
