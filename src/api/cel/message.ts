// The protobuf messages that an expression can build: `google.protobuf.Duration{seconds: 90}`.

import { CelList, EMPTY_LIST } from './list.js';
import { CelMap, EMPTY_MAP } from './map.js';
import { durationOf, timestampOf } from './timevalue.js';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listType,
  mapType,
  STRING,
  TIMESTAMP,
  type Type,
  UINT,
  wrapperType,
} from './type.js';
import { Fault, type Result, Uint, type Value } from './value.js';

type Fields = ReadonlyMap<string, Value>;

interface Message {
  type: Type;
  fields: ReadonlyMap<string, Type>;
  build: (fields: Fields) => Result;
}

const TIME_FIELDS = new Map([
  ['seconds', INT],
  ['nanos', INT],
]);

function nanosOf(fields: Fields): bigint {
  const seconds = (fields.get('seconds') ?? 0n) as bigint;
  return seconds * 1_000_000_000n + ((fields.get('nanos') ?? 0n) as bigint);
}

function wrapper(of: Type, zero: Value): Message {
  return {
    type: wrapperType(of),
    fields: new Map([['value', of]]),
    build: (fields) => fields.get('value') ?? zero,
  };
}

const VALUE_FIELDS = new Map<string, Type>([
  ['null_value', INT],
  ['number_value', DOUBLE],
  ['string_value', STRING],
  ['bool_value', BOOL],
  ['struct_value', mapType(STRING, DYN)],
  ['list_value', listType(DYN)],
]);

function buildValue(fields: Fields): Result {
  for (const [name, value] of fields) return name === 'null_value' ? null : value;
  return null;
}

const MESSAGES: ReadonlyMap<string, Message> = new Map<string, Message>([
  [
    'Duration',
    { type: DURATION, fields: TIME_FIELDS, build: (fields) => durationOf(nanosOf(fields)) },
  ],
  [
    'Timestamp',
    { type: TIMESTAMP, fields: TIME_FIELDS, build: (fields) => timestampOf(nanosOf(fields)) },
  ],
  ['BoolValue', wrapper(BOOL, false)],
  ['Int32Value', wrapper(INT, 0n)],
  ['Int64Value', wrapper(INT, 0n)],
  ['UInt32Value', wrapper(UINT, new Uint(0n))],
  ['UInt64Value', wrapper(UINT, new Uint(0n))],
  ['FloatValue', wrapper(DOUBLE, 0)],
  ['DoubleValue', wrapper(DOUBLE, 0)],
  ['StringValue', wrapper(STRING, '')],
  ['BytesValue', wrapper(BYTES, new Uint8Array(0))],
  ['Value', { type: DYN, fields: VALUE_FIELDS, build: buildValue }],
  [
    'ListValue',
    {
      type: listType(DYN),
      fields: new Map([['values', listType(DYN)]]),
      build: (fields) => (fields.get('values') as CelList | undefined) ?? EMPTY_LIST,
    },
  ],
  [
    'Struct',
    {
      type: mapType(STRING, DYN),
      fields: new Map([['fields', mapType(STRING, DYN)]]),
      build: (fields) => (fields.get('fields') as CelMap | undefined) ?? EMPTY_MAP,
    },
  ],
]);

const PREFIX = 'google.protobuf.';

function messageOf(name: string): Message | undefined {
  return name.startsWith(PREFIX) ? MESSAGES.get(name.slice(PREFIX.length)) : undefined;
}

/** The fields of a message and their types; undefined when there is no such message. */
export function messageFields(name: string): ReadonlyMap<string, Type> | undefined {
  return messageOf(name)?.fields;
}

/** The type of a message that exists. */
export function messageType(name: string): Type {
  return messageOf(name)!.type;
}

/** Builds a message that exists; fields of another type than declared are refused. */
export function buildMessage(name: string, fields: Fields): Result {
  const { fields: types, build } = messageOf(name)!;
  for (const [field, value] of fields) {
    if (!isOf(types.get(field)!, value)) {
      return new Fault(`field type conversion error for ${name}.${field} value type`);
    }
  }
  return build(fields);
}

function isOf(type: Type, value: Value): boolean {
  switch (type.kind) {
    case 'int':
      return typeof value === 'bigint';
    case 'uint':
      return value instanceof Uint;
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'bytes':
      return value instanceof Uint8Array;
    case 'list':
      return value instanceof CelList;
    default:
      return value instanceof CelMap;
  }
}
