// How a field of a Kubernetes object is read and printed. One description per kind serves decoding,
// unknown-field reports, positions and printing; the kinds are in the files beside this one.

/** What a field holds. */
export type Shape =
  | { readonly type: 'text' | 'bool' | 'json' | 'intOrText' }
  /** Nullable: an absent amount is printed as null instead of 0, where it is printed at all. */
  | { readonly type: 'quantity'; readonly nullable?: boolean }
  | { readonly type: 'int'; readonly bits: 32 | 64 }
  | { readonly type: 'time'; readonly micro: boolean }
  | { readonly type: 'list' | 'map'; readonly item: Field }
  | { readonly type: 'object'; readonly fields: () => Fields };

/**
 * When a field is printed: unless zero or empty; whenever it was given; always.
 *
 * These are the three ways in which the API server's own JSON treats a field.
 */
export type Keep = 'nonzero' | 'given' | 'always';

/** The fields of an object by JSON name, in printing order. */
export type Fields = ReadonlyMap<string, Field>;

/** One field: its shape, when it is printed, and whether scheduling reads it. */
export class Field {
  readonly shape: Shape;
  readonly keep: Keep;
  readonly hasEffect: boolean;

  constructor(shape: Shape, keep: Keep = 'nonzero', hasEffect = true) {
    this.shape = shape;
    this.keep = keep;
    this.hasEffect = hasEffect;
  }

  /** The same field, printed whenever it was given. */
  get given(): Field {
    return new Field(this.shape, 'given', this.hasEffect);
  }

  /** The same field, printed unless empty. */
  get nonzero(): Field {
    return new Field(this.shape, 'nonzero', this.hasEffect);
  }

  /** The same field, printed always. */
  get always(): Field {
    return new Field(this.shape, 'always', this.hasEffect);
  }

  /** The same field, understood but without effect on scheduling. */
  get idle(): Field {
    return new Field(this.shape, this.keep, false);
  }
}

export const text = new Field({ type: 'text' });
export const bool = new Field({ type: 'bool' });
/** A flag that may be unset: false is printed. */
export const flag = new Field({ type: 'bool' }, 'given');
export const int32 = new Field({ type: 'int', bits: 32 });
export const int64 = new Field({ type: 'int', bits: 64 });
/** Integers that may be unset: 0 is printed. */
export const count32 = int32.given;
export const count64 = int64.given;
export const quantity = new Field({ type: 'quantity' }, 'given');
/** An amount whose absence means something. */
export const nullableQuantity = new Field({ type: 'quantity', nullable: true }, 'given');
export const time = new Field({ type: 'time', micro: false });
export const microTime = new Field({ type: 'time', micro: true });
/** Any JSON value, kept as it is. */
export const json = new Field({ type: 'json' }, 'given');
export const intOrText = new Field({ type: 'intOrText' }, 'given');

export const texts = list(text);
export const textMap = map(text);
export const resourceList = map(quantity);

/** A list of items of one kind. */
export function list(item: Field): Field {
  return new Field({ type: 'list', item });
}

/** Items by name. */
export function map(item: Field): Field {
  return new Field({ type: 'map', item });
}

/** An object that is printed when it was given. */
export function object(fields: Readonly<Record<string, Field>>): Field {
  const byName = new Map(Object.entries(fields));
  return new Field({ type: 'object', fields: () => byName }, 'given');
}

/** An object whose fields refer to itself or to what stands below. */
export function lazyObject(make: () => Field): Field {
  let made: Fields | undefined;
  return new Field({ type: 'object', fields: () => (made ??= fieldsOf(make())) }, 'given');
}

/** The fields of an object field. */
export function fieldsOf(field: Field): Fields {
  if (field.shape.type !== 'object') throw new Error('drasim bug: the field holds no object');
  return field.shape.fields();
}

/** An object with the fields of others and more. */
export function extend(base: Field, more: Readonly<Record<string, Field>>): Field {
  return object({ ...Object.fromEntries(fieldsOf(base)), ...more });
}
