// Scores of a window of feasible nodes: raw scores of a plugin made final. Source: pkg/scheduler/framework/
// plugins/helper normalize_score.go, Kubernetes 1.32 to 1.37; spec scheduler.md 3.8.

import { MAX_SCORE, type NodeWindow, type ScorePlugin } from './framework.js';
import type { PodShape } from './podshape.js';

/** A score plugin of a profile with its weight. */
export interface WeightedScore {
  readonly plugin: ScorePlugin;
  readonly weight: number;
}

/** Scores of a plugin from 0 to 100, in the order of the window; false where the plugin is skipped. */
export function scoreWindow(
  plugin: ScorePlugin,
  shape: PodShape,
  window: NodeWindow,
  scores: Float64Array,
): boolean {
  if (!plugin.preScore(shape, window)) return false;
  const { nodes, count } = window;
  for (let index = 0; index < count; index++) scores[index] = plugin.score(shape, nodes[index]!);
  normalizeScores(plugin, shape, scores, window);
  return true;
}

/** Makes raw scores, in the order of the window, final. */
export function normalizeScores(
  plugin: ScorePlugin,
  shape: PodShape,
  scores: Float64Array,
  window: NodeWindow,
): void {
  const { normalization } = plugin;
  if (normalization === 'none') return;
  if (normalization === 'own') {
    plugin.normalize!(shape, scores, window);
    return;
  }
  const { count } = window;
  const isReverse = normalization === 'reverse';
  let max = 0;
  for (let index = 0; index < count; index++) if (scores[index]! > max) max = scores[index]!;
  for (let index = 0; index < count; index++) {
    const score = max === 0 ? 0 : Math.trunc((MAX_SCORE * scores[index]!) / max);
    scores[index] = isReverse ? MAX_SCORE - score : score;
  }
}
