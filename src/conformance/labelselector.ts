// Vectors of the kind `label-selector`: a selector and labels.

import { compileLabelSelector } from '../api/labelselector.js';
import type { LabelSelector, StringMap } from '../api/meta.js';
import type { Json, VectorReader } from './vector.js';

/** Matches labels against a label selector. */
export const labelSelectorReader: VectorReader = {
  kinds: ['label-selector'],
  answer({ input }): Json {
    try {
      const matches = compileLabelSelector(input['selector'] as unknown as LabelSelector | null);
      return { match: matches((input['labels'] ?? undefined) as StringMap | undefined) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  },
};
