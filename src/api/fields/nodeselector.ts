// Fields of node selectors, shared by pods, volumes and DRA: `k8s.io/api/core/v1`, Kubernetes 1.37.

import { list, object, text, texts } from './field.js';

const requirement = object({ key: text.always, operator: text.always, values: texts });

export const nodeSelectorTerm = object({
  matchExpressions: list(requirement),
  matchFields: list(requirement),
});

export const nodeSelector = object({ nodeSelectorTerms: list(nodeSelectorTerm).always });
