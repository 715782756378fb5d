// Finds the type of every node of an expression, what its names stand for, and which forms of its
// functions can be meant. Follows the type checking of the CEL language definition.

import type {
  CallNode,
  ConditionalNode,
  IdentNode,
  ListNode,
  MapNode,
  Node,
  Variable,
} from './ast.js';
import { childrenOf } from './ast.js';
import type { Language } from './environment.js';
import { checkFold, checkSortBy } from './foldcheck.js';
import { messageFields, messageType } from './message.js';
import type { CelErrorCategory, Problems } from './problem.js';
import type { Overload } from './signature.js';
import {
  BOOL,
  BYTES,
  DEVICE,
  DOUBLE,
  DURATION,
  DYN,
  ERROR,
  INT,
  listType,
  mapType,
  moreGeneral,
  NULL,
  optionalType,
  STRING,
  Substitution,
  showType,
  TIMESTAMP,
  type Type,
  typeType,
  typeVariable,
  UINT,
  withParams,
} from './type.js';
import { TypeValue, typeName, Uint, type Value } from './value.js';

/** The names of types that can be used as values. */
const TYPE_CONSTANTS: ReadonlyMap<string, Type> = new Map([
  ...[BOOL, INT, UINT, DOUBLE, STRING, BYTES, DURATION, TIMESTAMP].map(
    (type) => [type.name, type] as const,
  ),
  ['list', listType(DYN)],
  ['map', mapType(DYN, DYN)],
  ['null_type', NULL],
  ['type', typeType(DYN)],
  ['optional_type', optionalType(DYN)],
]);

/** Checks the types of a parsed expression; what is wrong goes to `problems`. */
export function checkExpression(root: Node, language: Language, problems: Problems): void {
  const checker = new Checker(language, problems);
  checker.check(root);
  checker.finish(root);
}

/** The state of checking one expression. */
export class Checker {
  readonly types = new Substitution();
  private readonly language: Language;
  private readonly problems: Problems;
  private readonly scope: Variable[] = [];

  constructor(language: Language, problems: Problems) {
    this.language = language;
    this.problems = problems;
  }

  /** Finds the type of a node and of all below it; it may hold type parameters still. */
  check(node: Node): Type {
    node.type = this.typeOf(node);
    return node.type;
  }

  /** Replaces the type parameters in all nodes by what they turned out to be. */
  finish(node: Node): void {
    node.type = this.types.apply(node.type, false);
    for (const child of childrenOf(node)) this.finish(child);
  }

  /** Checks a node with names of a macro in force. */
  checkWithin(variables: readonly Variable[], node: Node): Type {
    this.scope.push(...variables);
    const type = this.check(node);
    this.scope.length -= variables.length;
    return type;
  }

  private typeOf(node: Node): Type {
    switch (node.kind) {
      case 'literal':
        return literalType(node.value);
      case 'ident':
        return this.checkIdent(node);
      case 'select':
        return this.checkSelect(node);
      case 'call':
        return this.checkCall(node);
      case 'logic':
        for (const term of node.terms) this.expectBool(term, this.check(term));
        return BOOL;
      case 'conditional':
        return this.checkConditional(node);
      case 'list':
        return this.checkList(node);
      case 'map':
        return this.checkMap(node);
      case 'message':
        return this.checkMessage(node);
      case 'fold':
        return checkFold(this, node);
      case 'bind':
        node.variable.type = this.check(node.value);
        return this.checkWithin([node.variable], node.body);
      case 'optMap':
        return this.checkOptMap(node);
      case 'sortBy':
        return checkSortBy(this, node);
      case 'broken':
        return ERROR;
    }
  }

  /** Notes a problem at an offset of the text. */
  report(category: CelErrorCategory, at: number, text: string): void {
    this.problems.report(category, at, text);
  }

  /** Reports a term of `&&`, `||` or a predicate that is known not to be a bool. */
  expectBool(node: Node, type: Type): void {
    if (this.types.assign(BOOL, type)) return;
    const shown = showType(this.types.apply(type));
    this.problems.report('type', node.at, `expected type 'bool' but found '${shown}'`);
  }

  private checkIdent(node: IdentNode): Type {
    const isRooted = node.name.startsWith('.');
    const name = isRooted ? node.name.slice(1) : node.name;
    const variable = isRooted ? undefined : this.scope.findLast((local) => local.name === name);
    if (variable !== undefined) {
      node.variable = variable;
      return variable.type;
    }
    if (name === 'device') return DEVICE;
    const type = TYPE_CONSTANTS.get(name);
    if (type === undefined) return this.undeclared(node.at, name);
    node.constant = new TypeValue(typeConstantName(type));
    return typeType(type);
  }

  private undeclared(at: number, name: string): Type {
    const text = `undeclared reference to '${name}' (in container '')`;
    this.problems.report('undeclared', at, text);
    return ERROR;
  }

  private checkSelect(node: Extract<Node, { kind: 'select' }>): Type {
    const constant = node.mode === 'field' ? this.typeConstant(node) : undefined;
    if (constant !== undefined) {
      node.constant = new TypeValue(typeConstantName(constant));
      return typeType(constant);
    }
    const operand = this.types.apply(this.check(node.operand));
    const isOptional = operand.kind === 'optional';
    const object = isOptional ? operand.params[0]! : operand;
    const field = this.fieldType(node.at, object, node.field);
    if (node.mode === 'test') return BOOL;
    return isOptional || node.mode === 'optional' ? optionalType(field) : field;
  }

  private typeConstant(node: Node): Type | undefined {
    const name = dottedName(node);
    return name === undefined ? undefined : TYPE_CONSTANTS.get(name);
  }

  private fieldType(at: number, object: Type, field: string): Type {
    switch (object.kind) {
      case 'dyn':
      case 'any':
      case 'error':
        return DYN;
      case 'variable':
        this.types.assign(DYN, object);
        return DYN;
      case 'map':
        return object.params[1]!;
      case 'object':
        return this.objectFieldType(at, object, field);
    }
    return this.noFields(at, object);
  }

  private objectFieldType(at: number, object: Type, field: string): Type {
    if (object.name === DEVICE.name) {
      const type = this.language.deviceFields.get(field);
      if (type !== undefined) return type;
      this.problems.report('undefined-field', at, `undefined field '${field}'`);
      return ERROR;
    }
    if (object.name !== 'kubernetes.Quantity') return this.noFields(at, object);
    const text = `unexpected failed resolution of '${object.name}'`;
    this.problems.report('field-selection', at, text);
    return ERROR;
  }

  private noFields(at: number, type: Type): Type {
    const text = `type '${showType(type)}' does not support field selection`;
    this.problems.report('field-selection', at, text);
    return ERROR;
  }

  private checkCall(node: CallNode): Type {
    const args = node.args.map((arg) => this.check(arg));
    const { functions } = this.language;
    if (node.target === undefined) {
      if (!functions.has(node.name)) return this.undeclared(node.at, node.name);
      return this.resolve(node, args);
    }
    const prefix = dottedName(node.target);
    if (prefix !== undefined && functions.has(`${prefix}.${node.name}`)) {
      node.name = `${prefix}.${node.name}`;
      delete node.target;
      return this.resolve(node, args);
    }
    const target = this.check(node.target);
    if (!functions.has(node.name)) return this.undeclared(node.at, node.name);
    return this.resolve(node, [target, ...args]);
  }

  private resolve(node: CallNode, operands: readonly Type[]): Type {
    const isMember = node.target !== undefined;
    const { overloads, result } = this.findOverloads(node.name, isMember, operands);
    node.overloads = overloads;
    return result ?? this.noOverload(node.at, node.name, isMember, operands);
  }

  /**
   * The forms of a function that operands of these types leave open, and the type of the result.
   */
  findOverloads(
    name: string,
    isMember: boolean,
    operands: readonly Type[],
  ): { overloads: Overload[]; result: Type | undefined } {
    const overloads: Overload[] = [];
    let result: Type | undefined;
    for (const overload of this.language.functions.get(name) ?? []) {
      if (overload.isMember !== isMember || overload.params.length !== operands.length) continue;
      const own = this.tryOverload(overload, operands);
      if (own === undefined) continue;
      overloads.push(overload);
      if (result === undefined) result = own;
      else if (!isSame(result, own)) result = DYN;
    }
    return { overloads, result };
  }

  private tryOverload(overload: Overload, operands: readonly Type[]): Type | undefined {
    const fresh = new Map(overload.variables.map((variable) => [variable, typeVariable('T')]));
    const fits = this.types.attempt(() =>
      operands.every((operand, index) =>
        this.types.assign(instantiate(overload.params[index]!, fresh), operand),
      ),
    );
    return fits ? this.types.apply(instantiate(overload.result, fresh)) : undefined;
  }

  /** Reports a call that no form of the function takes. */
  noOverload(at: number, name: string, isMember: boolean, operands: readonly Type[]): Type {
    const shown = operands.map((type) => showType(this.types.apply(type)));
    const target = isMember ? `${shown.shift()}.` : '';
    const text = `'${name}' applied to '${target}(${shown.join(', ')})'`;
    this.problems.report('no-overload', at, `found no matching overload for ${text}`);
    return ERROR;
  }

  private checkConditional(node: ConditionalNode): Type {
    const condition = this.check(node.condition);
    const yes = this.check(node.yes);
    const no = this.check(node.no);
    return this.chooseType(node.at, condition, yes, no);
  }

  /** The type of `condition ? yes : no`. */
  chooseType(at: number, condition: Type, yes: Type, no: Type): Type {
    const result = typeVariable('T');
    const { types } = this;
    const fits = types.attempt(
      () => types.assign(BOOL, condition) && types.assign(result, yes) && types.assign(result, no),
    );
    if (fits) return types.apply(result);
    return this.noOverload(at, '_?_:_', false, [condition, yes, no]);
  }

  private checkList(node: ListNode): Type {
    let element: Type | undefined;
    node.elements.forEach((child, index) => {
      const type = this.check(child);
      const own = node.optionals.has(index) ? this.expectOptional(child, type) : type;
      element = this.join(element, own);
    });
    return listType(element ?? typeVariable('T'));
  }

  private checkMap(node: MapNode): Type {
    let key: Type | undefined;
    let value: Type | undefined;
    for (const entry of node.entries) {
      key = this.join(key, this.check(entry.key));
      const type = this.check(entry.value);
      value = this.join(value, entry.optional ? this.expectOptional(entry.value, type) : type);
    }
    return mapType(key ?? typeVariable('K'), value ?? typeVariable('V'));
  }

  private expectOptional(node: Node, type: Type): Type {
    const known = this.types.apply(type);
    if (known.kind === 'optional') return known.params[0]!;
    if (known.kind === 'dyn' || known.kind === 'any' || known.kind === 'error') return DYN;
    const text = `expected type '${showType(optionalType(known))}' but found '${showType(known)}'`;
    this.problems.report('type', node.at, text);
    return known;
  }

  private join(known: Type | undefined, type: Type): Type {
    if (known === undefined) return type;
    if (!this.types.attempt(() => this.types.assign(known, type))) return DYN;
    return moreGeneral(this.types.apply(known), this.types.apply(type));
  }

  private checkMessage(node: Extract<Node, { kind: 'message' }>): Type {
    const fields = messageFields(node.name);
    for (const { name, at, value, optional } of node.fields) {
      const type = this.check(value);
      const own = optional ? this.expectOptional(value, type) : type;
      if (fields === undefined) continue;
      const wanted = fields.get(name);
      if (wanted === undefined) {
        this.problems.report('undefined-field', at, `undefined field '${name}'`);
      } else if (!this.types.assign(wanted, own)) {
        const shown = `expected type of field '${name}' is '${showType(wanted)}'`;
        this.problems.report('type', at, `${shown} but provided type is '${showType(own)}'`);
      }
    }
    return fields === undefined ? this.undeclared(node.at, node.name) : messageType(node.name);
  }

  private checkOptMap(node: Extract<Node, { kind: 'optMap' }>): Type {
    const operand = this.check(node.operand);
    const inner = typeVariable('T');
    const isOptional = this.types.assign(optionalType(inner), operand);
    if (!isOptional) this.noOverload(node.at, 'hasValue', true, [operand]);
    node.variable.type = isOptional ? this.types.apply(inner) : ERROR;
    const body = this.checkWithin([node.variable], node.body);
    if (!node.flat) return optionalType(body);
    return this.chooseType(node.at, BOOL, body, optionalType(typeVariable('T')));
  }
}

function instantiate(type: Type, fresh: ReadonlyMap<Type, Type>): Type {
  if (type.kind === 'variable') return fresh.get(type) ?? type;
  if (type.params.length === 0) return type;
  return withParams(type, (param) => instantiate(param, fresh));
}

function isSame(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((param, index) => isSame(param, b.params[index]!));
}

function typeConstantName(type: Type): string {
  return type.kind === 'null' ? 'null_type' : type.name;
}

/** `a.b.c` where a node is nothing but that. */
function dottedName(node: Node): string | undefined {
  if (node.kind === 'ident') return node.name.replace(/^\./, '');
  if (node.kind !== 'select' || node.mode !== 'field') return undefined;
  const prefix = dottedName(node.operand);
  return prefix === undefined ? undefined : `${prefix}.${node.field}`;
}

function literalType(value: Value): Type {
  if (value === null) return NULL;
  if (value instanceof Uint) return UINT;
  return TYPE_CONSTANTS.get(typeName(value)) ?? DYN;
}
