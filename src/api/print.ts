// From a draft to the object as the API server prints it: zero and empty values left out, save for
// the fields that its JSON always has.

import type { Field, Fields, Shape } from './fields/field.js';
import { fieldsOf } from './fields/field.js';
import type { Draft } from './object.js';

/** Prints an object of a kind; `apiVersion` and `kind` stay as they are. */
export function printObject(draft: Draft, field: Field): Draft {
  return printFields(draft, fieldsOf(field));
}

function printFields(draft: Draft, fields: Fields): Draft {
  const printed: Draft = {};
  for (const [name, field] of fields) {
    const value = draft[name];
    if (value === undefined) {
      if (field.keep === 'always') printed[name] = absentValue(field.shape);
    } else if (field.keep !== 'nonzero' || !isZero(value)) {
      printed[name] = printValue(value, field.shape);
    }
  }
  return printed;
}

function printValue(value: unknown, shape: Shape): unknown {
  switch (shape.type) {
    case 'list':
      return (value as unknown[]).map((item) => printValue(item, shape.item.shape));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Draft).map(([key, item]) => [
          key,
          printValue(item, shape.item.shape),
        ]),
      );
    case 'object':
      return printFields(value as Draft, shape.fields());
    default:
      return value;
  }
}

function isZero(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function absentValue(shape: Shape): unknown {
  switch (shape.type) {
    case 'text':
      return '';
    case 'bool':
      return false;
    case 'int':
    case 'intOrText':
      return 0;
    case 'quantity':
      return shape.nullable ? null : '0';
    case 'object':
      return printFields({}, shape.fields());
    default:
      return null;
  }
}
