// How functions are declared: one line of types for each form, and the code that runs it. The
// checker reads the types, the planner picks a form by the values that it meets.

import { CelList } from './list.js';
import { CelMap } from './map.js';
import type { Price } from './price.js';
import {
  AUTHORIZER,
  BOOL,
  BYTES,
  CIDR,
  DECISION,
  DOUBLE,
  DURATION,
  DYN,
  FORMAT,
  GROUP_CHECK,
  INT,
  IP,
  listType,
  mapType,
  NULL,
  optionalType,
  PATH_CHECK,
  QUANTITY,
  RESOURCE_CHECK,
  SEMVER,
  STRING,
  TIMESTAMP,
  type Type,
  typeType,
  typeVariable,
  UINT,
  URL_TYPE,
} from './type.js';
import { type Result, runtimeTypeName, typeName, type Value } from './value.js';

/** The code of a function: its operands, then the meter of the evaluation. */
export type Run = (...operands: never[]) => Result;

/** One form of a function. */
export interface Overload {
  readonly name: string;
  /** Whether it is called on a target, which is its first parameter. */
  readonly isMember: boolean;
  readonly params: readonly Type[];
  readonly result: Type;
  readonly variables: readonly Type[];
  readonly run: Run;
  /** Whether `run` takes operands of any type and says itself what does not fit. */
  readonly isTotal: boolean;
  /** What it costs; one unit where this is absent. */
  readonly price?: Price;
}

/** A form `target.name(...)`; the signature has the target first: `string, int -> string`. */
export function member(name: string, signature: string, run: Run, price?: Price): Overload {
  return overload(name, true, false, signature, run, price);
}

/** A form `name(...)`. */
export function global(name: string, signature: string, run: Run, price?: Price): Overload {
  return overload(name, false, false, signature, run, price);
}

/** A form of an operator: its code checks the operands itself. */
export function operator(name: string, signature: string, run: Run, price?: Price): Overload {
  return overload(name, false, true, signature, run, price);
}

/** A form `target.name(...)` whose code checks the operands itself. */
export function totalMember(name: string, signature: string, run: Run, price?: Price): Overload {
  return overload(name, true, true, signature, run, price);
}

function overload(
  name: string,
  isMember: boolean,
  isTotal: boolean,
  signature: string,
  run: Run,
  price: Price | undefined,
): Overload {
  const priced = price === undefined ? {} : { price };
  return { name, isMember, isTotal, run, ...parseSignature(signature), ...priced };
}

interface Signature {
  params: readonly Type[];
  result: Type;
  variables: readonly Type[];
}

const NAMED_TYPES: Readonly<Record<string, Type>> = {
  dyn: DYN,
  null: NULL,
  bool: BOOL,
  int: INT,
  uint: UINT,
  double: DOUBLE,
  string: STRING,
  bytes: BYTES,
  duration: DURATION,
  timestamp: TIMESTAMP,
  quantity: QUANTITY,
  semver: SEMVER,
  ip: IP,
  cidr: CIDR,
  url: URL_TYPE,
  format: FORMAT,
  authorizer: AUTHORIZER,
  pathCheck: PATH_CHECK,
  groupCheck: GROUP_CHECK,
  resourceCheck: RESOURCE_CHECK,
  decision: DECISION,
};

function parseSignature(text: string): Signature {
  const variables = new Map<string, Type>();
  const tokens = text.match(/[A-Za-z]+|->|[(),]/g) ?? [];
  let at = 0;

  function parseType(): Type {
    const name = tokens[at++]!;
    if (tokens[at] !== '(') return NAMED_TYPES[name] ?? variableOf(name);
    const params: Type[] = [];
    do {
      at++;
      params.push(parseType());
    } while (tokens[at] === ',');
    at++;
    if (name === 'list') return listType(params[0]!);
    if (name === 'map') return mapType(params[0]!, params[1]!);
    return name === 'optional' ? optionalType(params[0]!) : typeType(params[0]!);
  }

  function variableOf(name: string): Type {
    const known = variables.get(name);
    if (known !== undefined) return known;
    const variable = typeVariable(name);
    variables.set(name, variable);
    return variable;
  }

  const params: Type[] = [];
  while (tokens[at] !== '->') {
    params.push(parseType());
    if (tokens[at] === ',') at++;
  }
  at++;
  return { params, result: parseType(), variables: [...variables.values()] };
}

/** Whether a value may be passed for a parameter; of lists and maps the first entry counts. */
export function accepts(param: Type, value: Value): boolean {
  switch (param.kind) {
    case 'dyn':
    case 'variable':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'int':
      return typeof value === 'bigint';
    case 'bool':
      return typeof value === 'boolean';
    case 'double':
      return typeof value === 'number';
    case 'list':
      if (!(value instanceof CelList)) return false;
      return value.celSize === 0 || accepts(param.params[0]!, value.at(0));
    case 'map':
      return value instanceof CelMap && acceptsFirstEntry(param, value);
    default:
      return typeName(value) === runtimeTypeName(param);
  }
}

function acceptsFirstEntry(param: Type, map: CelMap): boolean {
  if (map.celSize === 0) return true;
  const [first] = map.entries();
  return accepts(param.params[0]!, first!.key) && accepts(param.params[1]!, first!.value);
}
