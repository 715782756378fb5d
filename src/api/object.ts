// From a tree to the object of a kind, by the description of its fields: types are checked, unknown
// and repeated fields reported, quantities and times brought into the API server's form. Nothing is
// defaulted or left out here, so what was given stays apart from what was not.

import type { Field, Fields, Shape } from './fields/field.js';
import type { JsonValue } from './meta.js';
import { Quantity } from './quantity.js';
import { formatTime, parseTime } from './time.js';
import { Mapping, NumberText, numberValue, type Step, type Tree, typeName } from './tree.js';

/** An object under construction: plain JSON values by field name. */
export type Draft = { [field: string]: unknown };

/** A finding about a place in the object. */
export interface Finding {
  readonly path: readonly Step[];
  readonly message: string;
}

/** What came of reading an object. */
export interface ObjectReading {
  /** The object; where a field had a wrong type it is missing. */
  readonly object: Draft;
  /** Unknown and repeated fields, in the order of the text. */
  readonly strict: Finding[];
  /** Values of a wrong type. */
  readonly types: Finding[];
  /** Fields without effect on scheduling that were given, for example `spec.containers[].env`. */
  readonly withoutEffect: string[];
}

/** Says how an object is read. */
export interface ObjectOptions {
  /** Keep fields without effect on scheduling in the object. */
  readonly keepIdle: boolean;
  /** Report a key that stands twice; YAML readers report those themselves. */
  readonly duplicates: boolean;
}

/** Reads a tree as an object of one kind. */
export function readObject(tree: Mapping, field: Field, options: ObjectOptions): ObjectReading {
  const reader = new ObjectReader(options);
  const object = reader.readFields(tree, fieldsIn(field));
  const { strict, types, withoutEffect } = reader;
  return { object, strict, types, withoutEffect };
}

function fieldsIn(field: Field): Fields {
  return (field.shape as Extract<Shape, { type: 'object' }>).fields();
}

class ObjectReader {
  readonly strict: Finding[] = [];
  readonly types: Finding[] = [];
  readonly withoutEffect: string[] = [];
  private readonly options: ObjectOptions;
  private readonly steps: Step[] = [];
  private idle = false;

  constructor(options: ObjectOptions) {
    this.options = options;
  }

  readFields(mapping: Mapping, fields: Fields): Draft {
    const object: Draft = {};
    const { keys, values } = mapping;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      const field = fields.get(key);
      this.steps.push(key);
      if (field === undefined) this.addStrict(`unknown field ${this.quotedPath()}`);
      else {
        if (this.options.duplicates && keys.indexOf(key) < index) {
          this.addStrict(`duplicate field ${this.quotedPath()}`);
        }
        this.readField(object, key, values[index]!, field);
      }
      this.steps.pop();
    }
    return object;
  }

  private readField(object: Draft, key: string, tree: Tree, field: Field): void {
    if (tree === null) return;
    if (field.hasEffect || this.idle) {
      const value = this.read(tree, field.shape);
      if (value !== undefined) object[key] = value;
      return;
    }
    this.withoutEffect.push(patternOf(this.steps));
    // Nothing in free JSON can be wrong, and nobody reads this one.
    if (field.shape.type === 'json' && !this.options.keepIdle) return;
    this.idle = true;
    const value = this.read(tree, field.shape);
    this.idle = false;
    if (this.options.keepIdle && value !== undefined) object[key] = value;
  }

  private read(tree: Exclude<Tree, null>, shape: Shape): unknown {
    switch (shape.type) {
      case 'text':
        return typeof tree === 'string' ? tree : this.wrongType(tree, 'string');
      case 'bool':
        return typeof tree === 'boolean' ? tree : this.wrongType(tree, 'bool');
      case 'int':
        return this.readInteger(tree, shape.bits);
      case 'quantity':
        return this.readQuantity(tree);
      case 'time':
        return this.readTime(tree, shape.micro);
      case 'intOrText':
        return typeof tree === 'string' ? tree : this.readInteger(tree, 32);
      case 'json':
        return toJson(tree);
      case 'list':
        return this.readList(tree, shape.item);
      case 'map':
        return this.readMap(tree, shape.item);
      case 'object':
        if (!(tree instanceof Mapping)) return this.wrongType(tree, 'object');
        return this.readFields(tree, shape.fields());
    }
  }

  private readInteger(tree: Tree, bits: 32 | 64): number | bigint | undefined {
    const wanted = `int${bits}`;
    if (typeof tree === 'number') {
      return bits === 32 && (tree | 0) !== tree ? this.wrongNumber(`${tree}`, wanted) : tree;
    }
    if (!(tree instanceof NumberText)) return this.wrongType(tree, wanted);
    const integer = integerOf(tree.text);
    if (integer === undefined || BigInt.asIntN(bits, integer) !== integer) {
      return this.wrongNumber(tree.text, wanted);
    }
    const rounded = Number(integer);
    return Number.isSafeInteger(rounded) ? rounded : integer;
  }

  private readQuantity(tree: Tree): string | undefined {
    let text: string;
    if (typeof tree === 'string') text = tree;
    else if (typeof tree === 'number') text = `${tree}`;
    else if (tree instanceof NumberText) text = tree.text;
    else return this.wrongType(tree, 'quantity');
    try {
      return Quantity.parse(text).toString();
    } catch (error) {
      this.addType((error as Error).message);
      return undefined;
    }
  }

  private readTime(tree: Tree, micro: boolean): string | undefined {
    if (typeof tree !== 'string') return this.wrongType(tree, 'time');
    const time = parseTime(tree);
    if (time !== undefined) return formatTime(time, micro);
    this.addType(`cannot parse ${JSON.stringify(tree)} as a time such as 2026-01-02T15:04:05Z`);
    return undefined;
  }

  private readList(tree: Tree, item: Field): unknown[] | undefined {
    if (!Array.isArray(tree)) return this.wrongType(tree, 'array');
    const list: unknown[] = [];
    for (let index = 0; index < tree.length; index++) {
      this.steps.push(index);
      list.push(this.readItem(tree[index]!, item));
      this.steps.pop();
    }
    return list;
  }

  private readMap(tree: Tree, item: Field): Draft | undefined {
    if (!(tree instanceof Mapping)) return this.wrongType(tree, 'object');
    const entries: [string, unknown][] = [];
    for (let index = 0; index < tree.keys.length; index++) {
      const key = tree.keys[index]!;
      this.steps.push(key);
      if (this.options.duplicates && tree.keys.indexOf(key) < index) {
        this.addStrict(`duplicate field ${this.quotedPath()}`);
      }
      entries.push([key, this.readItem(tree.values[index]!, item)]);
      this.steps.pop();
    }
    // Unlike assignment, this makes an own entry of any key, `__proto__` too.
    return Object.fromEntries(entries);
  }

  // A null item counts as the zero value of its kind.
  private readItem(tree: Tree, item: Field): unknown {
    const value = tree === null ? undefined : this.read(tree, item.shape);
    return value === undefined ? zeroOf(item.shape) : value;
  }

  private wrongType(tree: Tree, wanted: string): undefined {
    this.addType(
      `cannot unmarshal ${typeName(tree)} into field ${this.goPath()} of type ${wanted}`,
    );
    return undefined;
  }

  private wrongNumber(number: string, wanted: string): undefined {
    this.addType(`cannot unmarshal number ${number} into field ${this.goPath()} of type ${wanted}`);
    return undefined;
  }

  private addType(message: string): void {
    this.types.push({ path: [...this.steps], message });
  }

  private addStrict(message: string): void {
    this.strict.push({ path: [...this.steps], message });
  }

  private quotedPath(): string {
    return `"${pathText(this.steps)}"`;
  }

  private goPath(): string {
    return pathText(this.steps);
  }
}

/** `spec.devices.requests[0].name`: keys after dots, indexes in brackets. */
export function pathText(steps: readonly Step[]): string {
  let path = '';
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`;
    else path += path === '' ? step : `.${step}`;
  }
  return path;
}

function patternOf(steps: readonly Step[]): string {
  return pathText(steps.map((step) => (typeof step === 'number' ? -1 : step))).replaceAll(
    '[-1]',
    '[]',
  );
}

/** The exact integer that a JSON number is, or undefined for a fraction. */
function integerOf(text: string): bigint | undefined {
  if (/^-?[0-9]+(\.0+)?$/.test(text)) return BigInt(text.replace(/\.0+$/, ''));
  const value = Number(text);
  return Number.isInteger(value) ? BigInt(value) : undefined;
}

function zeroOf(shape: Shape): unknown {
  switch (shape.type) {
    case 'text':
    case 'time':
      return '';
    case 'bool':
      return false;
    case 'int':
    case 'intOrText':
      return 0;
    case 'quantity':
      return '0';
    case 'json':
      return null;
    case 'list':
      return [];
    case 'map':
    case 'object':
      return {};
  }
}

/** The plain JSON value of a tree. */
export function toJson(tree: Tree): JsonValue {
  if (tree instanceof NumberText) return numberValue(tree);
  if (Array.isArray(tree)) return tree.map(toJson);
  if (!(tree instanceof Mapping)) return tree;
  return Object.fromEntries(tree.keys.map((key, index) => [key, toJson(tree.values[index]!)]));
}
