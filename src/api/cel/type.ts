// The types of expressions and how they fit together: what may be passed where, with type
// parameters bound on the way. Follows the type checking rules of the CEL language definition.

/** What sort of type it is; `any` and `dyn` both stand for what is known at run time only. */
export type TypeKind =
  | 'dyn'
  | 'any'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'duration'
  | 'timestamp'
  | 'list'
  | 'map'
  | 'type'
  | 'optional'
  | 'wrapper'
  | 'object'
  | 'variable';

/** A type of the language. */
export interface Type {
  readonly kind: TypeKind;
  readonly name: string;
  readonly params: readonly Type[];
  /** How many types it is made of. */
  readonly weight: number;
}

/**
 * Types made of more parts are only known as `dyn`: maps as keys of maps would double at each
 * level.
 */
const WEIGHT_MAX = 500;

function simpleType(kind: TypeKind, name: string = kind): Type {
  return { kind, name, params: [], weight: 1 };
}

function compoundType(kind: TypeKind, name: string, params: readonly Type[]): Type {
  const weight = params.reduce((sum, param) => sum + param.weight, 1);
  return weight > WEIGHT_MAX ? DYN : { kind, name, params, weight };
}

// The types without parameters.
export const DYN = simpleType('dyn');
export const ANY = simpleType('any');
export const ERROR = simpleType('error', '!error!');
export const NULL = simpleType('null');
export const BOOL = simpleType('bool');
export const INT = simpleType('int');
export const UINT = simpleType('uint');
export const DOUBLE = simpleType('double');
export const STRING = simpleType('string');
export const BYTES = simpleType('bytes');
export const DURATION = simpleType('duration', 'google.protobuf.Duration');
export const TIMESTAMP = simpleType('timestamp', 'google.protobuf.Timestamp');
export const DEVICE = simpleType('object', 'kubernetes.DRADevice');
export const QUANTITY = simpleType('object', 'kubernetes.Quantity');
export const SEMVER = simpleType('object', 'kubernetes.Semver');
export const IP = simpleType('object', 'net.IP');
export const CIDR = simpleType('object', 'net.CIDR');
export const URL_TYPE = simpleType('object', 'kubernetes.URL');
export const FORMAT = simpleType('object', 'kubernetes.NamedFormat');

export const AUTHORIZER = simpleType('object', 'kubernetes.authorization.Authorizer');
export const PATH_CHECK = simpleType('object', 'kubernetes.authorization.PathCheck');
export const GROUP_CHECK = simpleType('object', 'kubernetes.authorization.GroupCheck');
export const RESOURCE_CHECK = simpleType('object', 'kubernetes.authorization.ResourceCheck');
export const DECISION = simpleType('object', 'kubernetes.authorization.Decision');

/** The type of lists of an element type. */
export function listType(element: Type): Type {
  return compoundType('list', 'list', [element]);
}

/** The type of maps. */
export function mapType(key: Type, value: Type): Type {
  return compoundType('map', 'map', [key, value]);
}

/** The type of values that may be absent. */
export function optionalType(value: Type): Type {
  return compoundType('optional', 'optional_type', [value]);
}

/** The type of a type as a value. */
export function typeType(of: Type): Type {
  return compoundType('type', 'type', [of]);
}

/** A protobuf wrapper: its simple type or null. */
export function wrapperType(of: Type): Type {
  return compoundType('wrapper', 'wrapper', [of]);
}

/** A fresh type parameter; it is told apart by identity. */
export function typeVariable(name: string): Type {
  return simpleType('variable', name);
}

/** The same kind of type with other parameters. */
export function withParams(type: Type, change: (param: Type) => Type): Type {
  return compoundType(type.kind, type.name, type.params.map(change));
}

/** The type as error messages have it. */
export function showType(type: Type): string {
  if (type.kind === 'variable') return 'dyn';
  if (type.params.length === 0) return type.name;
  return `${type.name}(${type.params.map(showType).join(', ')})`;
}

/** Whether two types are the same to the letter. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false;
  if (a.kind === 'variable') return false;
  return a.params.every((param, index) => sameType(param, b.params[index]!));
}

/** What type parameters stand for; grows while an expression is checked. */
export class Substitution {
  private readonly bindings = new Map<Type, Type>();
  /** The parameters bound during an attempt, with what they were bound to before. */
  private readonly changes: [variable: Type, before: Type | undefined][] = [];

  /** Runs assignments; where they fail, all that was bound on the way is forgotten. */
  attempt(assignments: () => boolean): boolean {
    const mark = this.changes.length;
    if (assignments()) return true;
    while (this.changes.length > mark) {
      const [variable, before] = this.changes.pop()!;
      if (before === undefined) this.bindings.delete(variable);
      else this.bindings.set(variable, before);
    }
    return false;
  }

  private bind(variable: Type, type: Type): void {
    this.changes.push([variable, this.bindings.get(variable)]);
    this.bindings.set(variable, type);
  }

  /**
   * The type with all known parameters replaced; unknown ones become `dyn` when `open` is false.
   */
  apply(type: Type, open = true): Type {
    if (type.kind === 'variable') {
      const bound = this.bindings.get(type);
      if (bound !== undefined) return this.apply(bound, open);
      return open ? type : DYN;
    }
    if (type.params.length === 0) return type;
    return withParams(type, (param) => this.apply(param, open));
  }

  /**
   * Whether a value of `from` fits where `to` is wanted. May bind parameters even when it fails.
   */
  assign(to: Type, from: Type): boolean {
    if (from.kind === 'variable') return this.assignVariable(from, to);
    if (to.kind === 'variable') return this.assignVariable(to, from);
    if (isFlexible(to) || isFlexible(from)) return true;
    if (to.kind === 'null') return isNullable(from);
    if (from.kind === 'null') return isNullable(to);
    if (to.kind === 'wrapper' && from.kind !== 'wrapper') return this.assign(to.params[0]!, from);
    if (from.kind === 'wrapper' && to.kind !== 'wrapper') return this.assign(to, from.params[0]!);
    if (to.kind !== from.kind || to.name !== from.name) return false;
    if (to.kind === 'type') return true;
    for (let index = 0; index < to.params.length; index++) {
      if (!this.assign(to.params[index]!, from.params[index]!)) return false;
    }
    return true;
  }

  private assignVariable(variable: Type, other: Type): boolean {
    if (variable === other) return true;
    const bound = this.bindings.get(variable);
    if (bound !== undefined) {
      if (!this.assign(bound, other)) return false;
      const known = this.apply(other);
      if (this.mentions(known, variable)) return true;
      this.bind(variable, moreGeneral(this.apply(bound), known));
      return true;
    }
    if (other.kind === 'variable' && this.bindings.has(other)) {
      return this.assignVariable(other, variable);
    }
    if (this.mentions(this.apply(other), variable)) return false;
    this.bind(variable, other);
    return true;
  }

  private mentions(type: Type, variable: Type): boolean {
    if (type === variable) return true;
    return type.params.some((param) => this.mentions(param, variable));
  }
}

function isFlexible(type: Type): boolean {
  return type.kind === 'dyn' || type.kind === 'any' || type.kind === 'error';
}

function isNullable(type: Type): boolean {
  switch (type.kind) {
    case 'null':
    case 'object':
    case 'duration':
    case 'timestamp':
    case 'optional':
    case 'wrapper':
      return true;
    default:
      return false;
  }
}

/** Of two types that fit together the one that says less. */
export function moreGeneral(a: Type, b: Type): Type {
  return isAsGeneral(a, b) ? a : b;
}

function isAsGeneral(a: Type, b: Type): boolean {
  if (isFlexible(a) || a.kind === 'variable') return true;
  if (isFlexible(b) || b.kind === 'variable') return false;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  return a.params.every((param, index) => isAsGeneral(param, b.params[index]!));
}
