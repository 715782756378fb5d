// Builders of manifests for the tests of this folder, and what decoding answers in short form.

import { type Decoded, type DecodeOptions, decodeManifests } from '../../src/api/decode.js';
import { type FeatureOptions, resolveFeatures } from '../../src/api/features.js';

export type Json = { [key: string]: unknown };

/** Decodes objects or a text, in the newest version unless told otherwise. */
export function decode(
  input: Json | Json[] | string,
  options: Partial<DecodeOptions> = {},
  features: FeatureOptions = {},
): Decoded {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return decodeManifests(text, {
    file: 'test.yaml',
    features: resolveFeatures(features),
    ...options,
  });
}

/** The problems that keep an object out: `<path> | <type>`. */
export function problemsOf(
  input: Json,
  features: FeatureOptions = {},
  options: Partial<DecodeOptions> = {},
): string[] {
  const { errors } = decode(input, options, features);
  return errors.map(({ path, message }) => `${path} | ${message.split(':')[0]}`);
}

/** Sets a value at a path of keys and indexes in a copy; undefined removes it. */
export function withField(object: Json, path: string, value: unknown): Json {
  const copy = structuredClone(object);
  const steps = path.split('.');
  let holder = copy;
  for (const step of steps.slice(0, -1)) holder = (holder[step] ??= {}) as Json;
  const last = steps.at(-1)!;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

export const claim: Json = {
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaim',
  metadata: { name: 'claim' },
  spec: {
    devices: {
      requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }],
    },
  },
};

export const deviceClass: Json = {
  apiVersion: 'resource.k8s.io/v1',
  kind: 'DeviceClass',
  metadata: { name: 'gpu.example.com' },
  spec: {},
};

export const slice: Json = {
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceSlice',
  metadata: { name: 'slice' },
  spec: {
    driver: 'gpu.example.com',
    pool: { name: 'node-1', generation: 1, resourceSliceCount: 1 },
    nodeName: 'node-1',
    devices: [{ name: 'gpu-0' }],
  },
};

export const pod: Json = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod' },
  spec: { containers: [{ name: 'main', image: 'app:1' }] },
};

export const job: Json = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'job' },
  spec: {
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'app:1' }] },
    },
  },
};
