// Macros that walk over a list or map. They charge what the loops cost that upstream expands them
// to.

import type { Frame, Step } from './frame.js';
import { CelList } from './list.js';
import { CelMap, MapBuilder } from './map.js';
import { Fault, NO_OVERLOAD, type Result, typeName, type Value } from './value.js';

/** A macro made ready: what it walks over, and where its variables are. */
export interface FoldSteps {
  range: Step;
  /** Element or key; with two variables index or key. */
  first: number;
  second: number | undefined;
  filter: Step | undefined;
  body: Step;
  /** Whether the body is a constant, which upstream puts into its list or map ahead of time. */
  isConstant: boolean;
}

/** What is called for every element, with the variables set; a result ends the walk. */
type Visit = (key: Value) => Result | undefined;

/** Walks over the range and gives the result of a visit, or undefined at the end. */
function walk(frame: Frame, fold: FoldSteps, visit: Visit): Result | undefined {
  const range = fold.range(frame);
  if (range instanceof Fault) return range;
  if (range instanceof CelList) return walkList(frame, fold, range, visit);
  if (range instanceof CelMap) return walkMap(frame, fold, range, visit);
  return new Fault(`got '${nativeName(range)}', expected iterable type`);
}

function walkList(
  { locals }: Frame,
  { first, second }: FoldSteps,
  { items }: CelList,
  visit: Visit,
): Result | undefined {
  for (let index = 0; index < items.length; index++) {
    const key = BigInt(index);
    if (second === undefined) {
      locals[first] = items[index]!;
    } else {
      locals[first] = key;
      locals[second] = items[index]!;
    }
    const result = visit(key);
    if (result !== undefined) return result;
  }
  return undefined;
}

function walkMap(
  { locals, meter }: Frame,
  { first, second }: FoldSteps,
  map: CelMap,
  visit: Visit,
): Result | undefined {
  meter.work(map.celSize);
  for (const { key, value } of map.entries()) {
    locals[first] = key;
    if (second !== undefined) locals[second] = value;
    const result = visit(key);
    if (result !== undefined) return result;
  }
  return undefined;
}

const NATIVE_NAMES: Readonly<Record<string, string>> = {
  string: 'types.String',
  int: 'types.Int',
  uint: 'types.Uint',
  bool: 'types.Bool',
  double: 'types.Double',
  bytes: 'types.Bytes',
  null_type: 'types.Null',
  type: '*types.Type',
  optional_type: '*types.Optional',
};

// The name of upstream's own type: `kubernetes.Semver` is `cel.Semver` there.
function nativeName(value: Value): string {
  const name = typeName(value);
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (name.startsWith('google.protobuf.')) return `types.${last}`;
  return NATIVE_NAMES[name] ?? `cel.${last}`;
}

/** `all` (`stop` is false) and `exists` (`stop` is true): errors give way to what decides. */
export function quantifierStep(fold: FoldSteps, stop: boolean): Step {
  const goOn = stop ? 3 : 2;
  return (frame) => {
    const { meter } = frame;
    let result: Result = !stop;
    const ended = walk(frame, fold, () => {
      meter.charge(goOn);
      if (result === stop) return stop;
      meter.charge(1);
      const value = fold.body(frame);
      if (value === stop) result = stop;
      else if (result === !stop && value !== !stop) {
        result = value instanceof Fault ? value : NO_OVERLOAD;
      }
      return undefined;
    });
    if (ended instanceof Fault) return ended;
    meter.charge(1);
    return result;
  };
}

/** `exists_one`. */
export function existsOneStep(fold: FoldSteps): Step {
  return (frame) => {
    let count = 0;
    const fault = walk(frame, fold, () => {
      const value = fold.body(frame);
      if (value instanceof Fault) return value;
      if (typeof value !== 'boolean') return NO_OVERLOAD;
      if (value) {
        frame.meter.charge(2);
        count++;
      }
      return undefined;
    });
    if (fault !== undefined) return fault;
    frame.meter.charge(2);
    return count === 1;
  };
}

/** Whether an element passes the filter; a fault where the filter gives no bool. */
function passes(frame: Frame, filter: Step | undefined): boolean | Fault {
  if (filter === undefined) return true;
  const value = filter(frame);
  if (typeof value === 'boolean') return value;
  return value instanceof Fault ? value : NO_OVERLOAD;
}

/** `map`, `filter` and `transformList`. */
export function mapStep(fold: FoldSteps): Step {
  // `@result + [e]`: identifier, list, call; a constant list costs nothing.
  const charge = fold.isConstant ? 2 : 12;
  return (frame) => {
    const items: Value[] = [];
    const fault = walk(frame, fold, () => {
      const passed = passes(frame, fold.filter);
      if (passed === false) return undefined;
      if (passed !== true) return passed;
      const value = fold.body(frame);
      if (value instanceof Fault) return value;
      frame.meter.charge(charge);
      items.push(value);
      return undefined;
    });
    if (fault !== undefined) return fault;
    frame.meter.charge(1);
    return CelList.of(items);
  };
}

/** `transformMap` and, with `byEntry`, `transformMapEntry`. */
export function transformMapStep(fold: FoldSteps, byEntry: boolean): Step {
  // `cel.@mapInsert(@result, key, e)` or `(@result, {key: value})`.
  const charge = byEntry ? 2 : 3;
  return (frame) => {
    const builder = new MapBuilder();
    const fault = walk(frame, fold, (key) => {
      const passed = passes(frame, fold.filter);
      if (passed === false) return undefined;
      if (passed !== true) return passed;
      const value = fold.body(frame);
      if (value instanceof Fault) return value;
      frame.meter.charge(charge);
      return byEntry ? insertEntries(builder, value) : insert(builder, key, value);
    });
    if (fault !== undefined) return fault;
    frame.meter.charge(1);
    return builder.build();
  };
}

function insertEntries(builder: MapBuilder, entries: Value): Fault | undefined {
  if (!(entries instanceof CelMap)) return NO_OVERLOAD;
  for (const { key, value } of entries.entries()) {
    const fault = insert(builder, key, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function insert(builder: MapBuilder, key: Value, value: Value): Fault | undefined {
  if (builder.has(key)) return new Fault(`insert failed: key ${String(key)} already exists`);
  return builder.set(key, value) ? undefined : new Fault('unsupported key type');
}
