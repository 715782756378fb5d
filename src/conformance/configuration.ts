// Vectors of the kind `configuration`: a configuration file of the scheduler, and what comes of it.

import { resolveFeatures } from '../api/features.js';
import { DrasimError, type Issue } from '../errors.js';
import {
  decodeConfiguration,
  type SchedulerProfile,
} from '../scheduler/configuration/configuration.js';
import { isScorePoint, KnownPlugins } from '../scheduler/configuration/defaultplugins.js';
import type { Json, VectorReader } from './vector.js';

type JsonObject = { [key: string]: Json };

/** Reads a configuration file and resolves its profiles. */
export const configurationReader: VectorReader = {
  kinds: ['configuration'],
  answer({ kubernetes, input }): Json {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    try {
      const {
        extenders: _,
        profiles,
        ...numbers
      } = decodeConfiguration(String(input['text']), '', new KnownPlugins(features));
      return { ...numbers, profiles: profiles.map(profileJson) };
    } catch (error) {
      if (!(error instanceof DrasimError)) throw error;
      return refusal(error);
    }
  },
  comparable(expect): Json {
    const { decodeError, initError, validationErrors } = expect as JsonObject;
    if (decodeError !== undefined) return { decodeError: 'present' };
    if (initError !== undefined) return { initError: 'present' };
    if (validationErrors === undefined) return expect;
    const errors = (validationErrors as JsonObject[]).map(({ field, type }) => `${field} ${type}`);
    return { validationErrors: errors.sort() };
  },
};

function refusal({ code, issues }: DrasimError): Json {
  if (code === 'ERR_SCHEDULER_CONFIG_SYNTAX') return { decodeError: 'present' };
  if (code === 'ERR_SCHEDULER_CONFIG_PLUGIN') return { initError: 'present' };
  const errors = issues.map((issue) => `${issue.path} ${TYPES[issueType(issue)]}`);
  return { validationErrors: errors.sort() };
}

const TYPES: Readonly<Record<string, string>> = {
  'Required value': 'FieldValueRequired',
  'Invalid value': 'FieldValueInvalid',
  'Duplicate value': 'FieldValueDuplicate',
  'Unsupported value': 'FieldValueNotSupported',
  Forbidden: 'FieldValueForbidden',
};

function issueType({ message }: Issue): string {
  return message.split(':')[0]!;
}

function profileJson({ plugins, ...profile }: SchedulerProfile): Json {
  const points = Object.entries(plugins).flatMap(([point, list]) => {
    if (list.length === 0) return [];
    const isScore = isScorePoint(point as Parameters<typeof isScorePoint>[0]);
    return [[point, isScore ? list : list.map(({ name }) => name)] as const];
  });
  return { ...profile, plugins: Object.fromEntries(points) } as unknown as Json;
}
