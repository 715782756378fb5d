// Inputs of the conformance vectors, broken at random: fields go, elements come twice, values change places, numbers
// and texts become others. What decoding lets through must get an answer, and what it refuses an issue; nothing may
// crash or run without end. DRASIM_MUTATIONS=10000 makes it as many; skipped without ../shared/conformance.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { stringify } from 'lossless-json';
import { expect, test } from 'vitest';
import { decodeManifests } from '../../src/api/decode.js';
import { resolveFeatures } from '../../src/api/features.js';
import { answerNodes } from '../../src/conformance/allocator.js';
import { type Json, readVectors, type Vector } from '../../src/conformance/vector.js';
import { DrasimError } from '../../src/errors.js';

const FOLDER = new URL('../../../shared/conformance/allocator/', import.meta.url);
const HAS_VECTORS = existsSync(FOLDER);
const RUNS = Number(process.env['DRASIM_MUTATIONS'] ?? 4000);
/** Another seed looks at other cases: DRASIM_SEED. */
const SEED = Number(process.env['DRASIM_SEED'] ?? 20261125);

const KINDS: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  nodes: ['v1', 'Node'],
  resourceSlices: ['resource.k8s.io/v1', 'ResourceSlice'],
  deviceClasses: ['resource.k8s.io/v1', 'DeviceClass'],
  deviceTaintRules: ['resource.k8s.io/v1beta2', 'DeviceTaintRule'],
  allocatedClaims: ['resource.k8s.io/v1', 'ResourceClaim'],
  claims: ['resource.k8s.io/v1', 'ResourceClaim'],
};

const TEXTS = [
  ...['', 'x', 'a/b', 'node-a', 'dev-0', 'gpu.example.com', 'All', 'ExactCount', 'NoSchedule'],
  ...['0', '-1', '1m', '250m', '1Gi', '16Ei', '1e18', '1n', '0.1', '9223372036854775807', '1e400'],
  ...['true', 'device.driver', '1.2.3', '\u0000'],
];
const NUMBERS = [0, 1, -1, 2, 31, 32, 33, 1.5, 2 ** 31, 2 ** 53, 2n ** 63n - 1n];

interface Mutation {
  kind: 'delete' | 'repeat' | 'swap' | 'number' | 'text' | 'drop';
  place: number;
  other: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('delete', 'repeat', 'swap', 'number', 'text', 'drop'),
  place: fc.nat(),
  other: fc.nat(),
});

/** A value within an input: the object or list that holds it, and under which key. */
interface Place {
  holder: Json[] | { [key: string]: Json };
  key: string;
}

function placesIn(value: Json, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    const holder = value as { [key: string]: Json };
    found.push({ holder, key });
    placesIn(holder[key]!, found);
  }
  return found;
}

const valueAt = ({ holder, key }: Place): Json => (holder as { [key: string]: Json })[key]!;
const setAt = ({ holder, key }: Place, value: Json) => {
  (holder as { [key: string]: Json })[key] = value;
};
const kindOf = (value: Json) => (Array.isArray(value) ? 'list' : typeof value);

function mutate(input: Vector['input'], { kind, place, other }: Mutation): void {
  const places = placesIn(input);
  const choose = (fits: (place: Place) => boolean, number: number) => {
    const fitting = places.filter(fits);
    return fitting.length === 0 ? undefined : fitting[number % fitting.length];
  };
  const inList = ({ holder }: Place) => Array.isArray(holder);
  const any = choose(kind === 'repeat' ? inList : () => true, place);
  if (kind === 'number') {
    const chosen = choose((entry) => typeof valueAt(entry) === 'number', place);
    if (chosen) setAt(chosen, NUMBERS[other % NUMBERS.length]!);
  } else if (kind === 'text') {
    const chosen = choose((entry) => typeof valueAt(entry) === 'string', place);
    if (chosen) setAt(chosen, TEXTS[other % TEXTS.length]!);
  } else if (kind === 'drop') {
    const lists = Object.values(input).filter((list) => Array.isArray(list) && list.length > 0);
    const list = lists[place % Math.max(lists.length, 1)] as Json[] | undefined;
    list?.splice(other % list.length, 1);
  } else if (any) {
    change(any, kind, places, other);
  }
}

function change(place: Place, kind: Mutation['kind'], places: readonly Place[], other: number) {
  const { holder, key } = place;
  if (kind === 'delete' && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (kind === 'delete') delete (holder as { [key: string]: Json })[key];
  else if (kind === 'repeat') {
    (holder as Json[]).splice(Number(key), 0, structuredClone(valueAt(place)));
  } else {
    const value = structuredClone(valueAt(place));
    const alike = places.filter((entry) => kindOf(valueAt(entry)) === kindOf(value));
    const partner = alike[other % alike.length]!;
    const partnerValue = structuredClone(valueAt(partner));
    setAt(partner, value);
    setAt(place, partnerValue);
  }
}

/** The objects of an input that decoding accepts. */
function decodeInput(input: Vector['input'], kubernetes: Vector['kubernetes']): Vector['input'] {
  const features = resolveFeatures({ ...kubernetes, unlocked: true });
  const lists = Object.entries(KINDS).map(([field, [apiVersion, kind]]) => {
    const list = Array.isArray(input[field]) ? (input[field] as Json[]) : [];
    const objects = list.map((object) =>
      typeof object === 'object' && object !== null && !Array.isArray(object)
        ? { ...object, apiVersion, kind }
        : object,
    );
    const text = stringify(objects) ?? '[]';
    return [field, decodeManifests(text, { file: 'input.json', features }).objects] as const;
  });
  return Object.fromEntries(lists) as unknown as Vector['input'];
}

/** Which of the documented forms an answer has. */
function formOf(answer: Json): string {
  const { allocations, none, error, nodeLocal, ...rest } = answer as { [key: string]: Json };
  if (Object.keys(rest).length > 0) return `unknown: ${Object.keys(rest)}`;
  if (Array.isArray(allocations)) return 'found';
  if (none === true) return 'none';
  if (typeof error === 'string' && error !== '' && typeof nodeLocal === 'boolean') return 'error';
  return error === undefined ? 'nothing to allocate' : 'an error without a text';
}

const FORMS = ['found', 'none', 'error', 'nothing to allocate'];

test.skipIf(!HAS_VECTORS)(
  'every broken input gets an answer or a refusal (skipped without ../shared/conformance)',
  () => {
    const vectors = readdirSync(FOLDER)
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .flatMap((name) => readVectors(readFileSync(new URL(name, FOLDER), 'utf8'), name));
    const index = fc.nat(vectors.length - 1);
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(index, mutations, (number, list) => {
        const vector = structuredClone(vectors[number]!);
        for (const entry of list) mutate(vector.input, entry);
        const input = decodeInput(vector.input, vector.kubernetes);
        let answers: ReturnType<typeof answerNodes> = {};
        try {
          answers = answerNodes({ ...vector, input });
        } catch (error) {
          if (!(error instanceof DrasimError)) throw error;
        }
        for (const answer of Object.values(answers)) expect(FORMS).toContain(formOf(answer));
      }),
      { numRuns: RUNS, seed: SEED },
    );
  },
  600_000,
);
