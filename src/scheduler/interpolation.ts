// Scores by a curve of points with straight lines between them. Source: pkg/scheduler/framework/plugins/
// helper shape_score.go, Kubernetes 1.32 to 1.37; spec scheduler.md 3.8.

import type { UtilizationShapePoint } from './configuration/args.js';

/** Highest score of a point; results go up to ten times as much. */
const SCALE = 10;

/** The score of a utilization, 0 to 100, in whole numbers; flat before the first and after the last point. */
export function interpolate(points: readonly UtilizationShapePoint[], utilization: number): number {
  for (let index = 0; index < points.length; index++) {
    const point = points[index]!;
    if (utilization > point.utilization) continue;
    if (index === 0) return point.score * SCALE;
    const before = points[index - 1]!;
    const rise = (point.score - before.score) * SCALE;
    const step =
      (rise * (utilization - before.utilization)) / (point.utilization - before.utilization);
    return before.score * SCALE + Math.trunc(step);
  }
  return points[points.length - 1]!.score * SCALE;
}
