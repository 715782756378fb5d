// PostFilter over the plugins of a profile: what can be done for a pod without a node. Source: pkg/
// scheduler/framework/runtime RunPostFilterPlugins, Kubernetes 1.32 to 1.37; spec scheduler.md 3.10.

import type { FailedAttempt, Plugin, PostFilterResult } from './framework.js';

/** What all plugins said, one after the other. */
export interface PostFilterReport extends PostFilterResult {
  readonly texts: readonly string[];
}

/** Asks plugins until one has a solution or knows that there is none; texts of the others are joined. */
export function runPostFilter(
  plugins: readonly Plugin[],
  attempt: FailedAttempt,
): PostFilterReport | undefined {
  const texts: string[] = [];
  let last: PostFilterResult | undefined;
  for (const plugin of plugins) {
    const result = plugin.postFilter!(attempt);
    if (!result) continue;
    if (result.code !== 'Unschedulable') return { ...result, texts: [...texts, result.text] };
    last = result;
    texts.push(result.text);
  }
  return last && { ...last, text: texts.join(', '), texts };
}
