// Maps. Keys that are equal as numbers find each other as upstream lets them: an int or uint key is
// found by any equal number, a double key by a double only.

import { Uint, type Value } from './value.js';

interface Entry {
  key: Value;
  value: Value;
}

type HashKey = string | bigint | number | boolean | null;

/** A map of values; immutable once it is handed out. Entries keep the order of insertion. */
export class CelMap {
  readonly celType = 'map';
  protected readonly entriesByKey: ReadonlyMap<HashKey, Entry>;
  private keyList: readonly Value[] | undefined;

  constructor(entries: ReadonlyMap<HashKey, Entry>) {
    this.entriesByKey = entries;
  }

  get celSize(): number {
    return this.entriesByKey.size;
  }

  /** What `map[key]` gives. */
  get(key: Value): Value | undefined {
    return this.find(key);
  }

  /** Whether `key in map`. */
  has(key: Value): boolean {
    return this.find(key) !== undefined;
  }

  get keys(): readonly Value[] {
    this.keyList ??= this.entries().map((entry) => entry.key);
    return this.keyList;
  }

  entries(): Entry[] {
    return [...this.entriesByKey.values()];
  }

  /** The value of a key that is really there. */
  find(key: Value): Value | undefined {
    if (typeof key === 'number' && Number.isInteger(key)) {
      const exact = this.entriesByKey.get(key);
      return (exact ?? this.entriesByKey.get(BigInt(key)))?.value;
    }
    const hash = hashKey(key);
    return hash === undefined ? undefined : this.entriesByKey.get(hash)?.value;
  }
}

/**
 * A map that answers lookups of text it does not have with a default; `in` and iteration do not.
 */
export class DefaultMap extends CelMap {
  private readonly fallback: Value;

  constructor(entries: ReadonlyMap<HashKey, Entry>, fallback: Value) {
    super(entries);
    this.fallback = fallback;
  }

  override get(key: Value): Value | undefined {
    return this.find(key) ?? (typeof key === 'string' ? this.fallback : undefined);
  }
}

/** Collects the entries of a map. */
export class MapBuilder {
  private readonly entries = new Map<HashKey, Entry>();

  /** False when a value of this type cannot be a key. A key that is there already is replaced. */
  set(key: Value, value: Value): boolean {
    const hash = hashKey(key);
    if (hash === undefined) return false;
    this.entries.set(hash, { key, value });
    return true;
  }

  has(key: Value): boolean {
    const hash = hashKey(key);
    return hash !== undefined && this.entries.has(hash);
  }

  build(): CelMap {
    return new CelMap(this.entries);
  }

  buildWithDefault(fallback: Value): DefaultMap {
    return new DefaultMap(this.entries, fallback);
  }
}

/** The map without entries. */
export const EMPTY_MAP = new CelMap(new Map());

function hashKey(key: Value): HashKey | undefined {
  if (key instanceof Uint) return key.value;
  if (key === null) return null;
  switch (typeof key) {
    case 'string':
    case 'bigint':
    case 'boolean':
    case 'number':
      return key;
    default:
      return undefined;
  }
}
