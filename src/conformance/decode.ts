// Vectors of the kind `decode`: a manifest, and the API server's whole answer to it.

import { admitManifest } from '../api/admission.js';
import { resolveFeatures } from '../api/features.js';
import type { FieldProblem } from '../api/validation/problems.js';
import type { Json, VectorReader } from './vector.js';

/** Decodes, defaults and validates a manifest. */
export const decodeReader: VectorReader = {
  kinds: ['decode'],
  answer({ kubernetes, input }): Json {
    const admission = admitManifest(String(input['manifest']), {
      features: resolveFeatures({ ...kubernetes, unlocked: true }),
      adminAccess: input['adminAccessNamespace'] === true,
      now: '<now>',
    });
    if (admission.refused !== undefined) return { decodeError: { category: admission.refused } };
    const { strictErrors, object, errors, statusErrors, stored } = admission;
    return {
      ...(strictErrors.length > 0 ? { strictErrors: strictErrors.map(firstLine) } : {}),
      object: trim(object as Json),
      ...(errors.length > 0 ? { errors: errors.map(comparableProblem) } : {}),
      ...(statusErrors.length > 0 ? { statusErrors: statusErrors.map(comparableProblem) } : {}),
      ...(stored ? { stored: trim(stored as Json) } : {}),
    };
  },
  comparable(expect): Json {
    const { decodeError, strictErrors, errors, statusErrors, ...rest } = expect as JsonObject;
    if (decodeError) return { decodeError: { category: (decodeError as JsonObject)['category']! } };
    return {
      ...rest,
      ...(strictErrors ? { strictErrors: (strictErrors as string[]).map(firstLine) } : {}),
      ...(errors ? { errors: comparableList(errors) } : {}),
      ...(statusErrors ? { statusErrors: comparableList(statusErrors) } : {}),
    };
  },
};

type JsonObject = { [key: string]: Json };

// Of keys that YAML has twice only that there are some is compared.
function firstLine(text: string): string {
  return text.split('\n')[0]!;
}

function comparableProblem({ field, type }: FieldProblem): Json {
  return { field, type };
}

// Sorted by field and type alone: the detail, by which upstream sorts too, is not compared.
function comparableList(problems: Json): Json {
  return (problems as unknown as FieldProblem[]).map(comparableProblem);
}

// The vectors leave out an empty status and empty times.
function trim(object: Json): Json {
  const { status, ...rest } = object as JsonObject;
  const isEmpty = status === undefined || Object.keys(status as JsonObject).length === 0;
  return isEmpty ? rest : { ...rest, status };
}
