// Fields and indexes: `x.f`, `x[i]`, `x.?f`, `x[?i]` and `has(x.f)`. Once a chain has gone through
// an optional it stays optional, and what is not there is none instead of an error.

import { DeviceValue } from './device.js';
import type { Frame, Step } from './frame.js';
import { CelList } from './list.js';
import { CelMap } from './map.js';
import { showDouble } from './number.js';
import { Fault, Optional, type Result, typeName, Uint, type Value } from './value.js';

/** What is found under a key; undefined when nothing is. */
function lookUp(object: Value, key: Value): Result | undefined {
  if (object instanceof CelMap || object instanceof DeviceValue) return object.get(key);
  return object instanceof CelList ? itemAt(object, key) : undefined;
}

function itemAt(list: CelList, key: Value): Result {
  let index: number;
  if (typeof key === 'bigint') index = Number(key);
  else if (key instanceof Uint) index = Number(key.value);
  else if (typeof key !== 'number') {
    return new Fault(`unsupported index type '${typeName(key)}' in list`);
  } else if (Number.isInteger(key)) index = key;
  else return new Fault(`unsupported index value ${showDouble(key)} in list`);
  if (index >= 0 && index < list.celSize) return list.at(index);
  return new OutOfBounds(`index out of bounds: ${showKey(key)}`);
}

/** The one fault of a list that an optional index turns into none. */
class OutOfBounds extends Fault {}

function showKey(key: Value): string {
  if (typeof key === 'number') return showDouble(key);
  if (key instanceof Uint) return String(key.value);
  return typeof key === 'object' && key !== null ? typeName(key) : String(key);
}

function find(frame: Frame, object: Value, key: Value, charge: number): Result {
  if (object instanceof Optional) return findOptional(frame, object, key, charge);
  frame.meter.charge(charge);
  return lookUp(object, key) ?? noKey(object, key);
}

// A null in a map is there, but `??` takes it for missing.
function noKey(object: Value, key: Value): Result {
  if (object instanceof CelMap && object.get(key) === null) return null;
  return new Fault(`no such key: ${showKey(key)}`);
}

function findOptional(frame: Frame, object: Value, key: Value, charge: number): Result {
  const inner = object instanceof Optional ? object.value : object;
  if (inner === undefined) return Optional.NONE;
  const found = lookUp(inner, key);
  if (found === undefined || found instanceof OutOfBounds) return Optional.NONE;
  if (found instanceof Fault) return found;
  frame.meter.charge(charge);
  return Optional.of(found);
}

/** `x.f` or `x.?f`. */
export function fieldStep(object: Step, field: string, isOptional: boolean): Step {
  const search = isOptional ? findOptional : find;
  return (frame) => {
    const value = object(frame);
    return value instanceof Fault ? value : search(frame, value, field, 1);
  };
}

/** `x[i]` or `x[?i]`; the index charges what it costs itself, and `charge` comes on top. */
export function indexStep(object: Step, index: Step, charge: number, isOptional: boolean): Step {
  const search = isOptional ? findOptional : find;
  return (frame) => {
    const value = object(frame);
    if (value instanceof Fault) return value;
    const key = index(frame);
    return key instanceof Fault ? key : search(frame, value, key, charge);
  };
}

/** `has(x.f)`: costs nothing but x. */
export function testStep(object: Step, field: string): Step {
  return (frame) => {
    const value = object(frame);
    if (value instanceof Fault) return value;
    const inner = value instanceof Optional ? value.value : value;
    if (inner === undefined || inner instanceof CelList) return false;
    return lookUp(inner, field) !== undefined;
  };
}

/** A step that charges one more than another: where a chain begins. */
export function chargedStep(step: Step): Step {
  return (frame) => {
    frame.meter.charge(1);
    return step(frame);
  };
}
