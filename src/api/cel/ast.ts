// The syntax tree of an expression. Macros are nodes of their own instead of being expanded into
// folds: the checker, the cost estimate and the planner each know what a macro stands for.

import type { Overload } from './signature.js';
import { DYN, type Type } from './type.js';
import type { Value } from './value.js';

interface NodeBase {
  /** Offset in the text: of the operator, the dot, or the opening bracket where there is one. */
  readonly at: number;
  /** Set by the checker. */
  type: Type;
}

/** A constant; also what a call on constants is replaced by when it can be evaluated ahead. */
export interface LiteralNode extends NodeBase {
  kind: 'literal';
  value: Value;
}

/** A name. */
export interface IdentNode extends NodeBase {
  kind: 'ident';
  name: string;
  /** Set by the checker: the local variable, or the constant type that the name stands for. */
  variable?: Variable;
  constant?: Value;
}

/** A field of something. */
export interface SelectNode extends NodeBase {
  kind: 'select';
  operand: Node;
  field: string;
  /** `field`: `x.f`; `optional`: `x.?f`; `test`: `has(x.f)`. */
  mode: 'field' | 'optional' | 'test';
  /** Set by the checker where the dotted name is a type. */
  constant?: Value;
}

/** A call of a function or operator. */
export interface CallNode extends NodeBase {
  kind: 'call';
  name: string;
  target?: Node;
  args: Node[];
  /** Set by the checker: the forms that the static types leave open. */
  overloads: readonly Overload[];
}

/** A chain of `&&` or of `||`. */
export interface LogicNode extends NodeBase {
  kind: 'logic';
  operator: '&&' | '||';
  terms: Node[];
}

/** `condition ? yes : no`. */
export interface ConditionalNode extends NodeBase {
  kind: 'conditional';
  condition: Node;
  yes: Node;
  no: Node;
}

/** A list literal. */
export interface ListNode extends NodeBase {
  kind: 'list';
  elements: Node[];
  /** Indices of elements written `?e`. */
  optionals: ReadonlySet<number>;
}

/** One entry of a map literal. */
export interface MapEntryNode {
  key: Node;
  value: Node;
  optional: boolean;
}

/** A map literal. */
export interface MapNode extends NodeBase {
  kind: 'map';
  entries: MapEntryNode[];
}

/** A message built field by field. */
export interface MessageNode extends NodeBase {
  kind: 'message';
  name: string;
  fields: { name: string; at: number; value: Node; optional: boolean }[];
}

/** What a macro over a range does. */
export type FoldMacro =
  | 'all'
  | 'exists'
  | 'existsOne'
  | 'map'
  | 'transformMap'
  | 'transformMapEntry';

/** A name that a macro binds. Each has a slot of its own in the frame of an evaluation. */
export interface Variable {
  readonly name: string;
  readonly slot: number;
  type: Type;
}

/**
 * A macro over a range. `filter`, `map` and `transformList` are all `map`; `filter` has its
 * variable as the body.
 */
export interface FoldNode extends NodeBase {
  kind: 'fold';
  macro: FoldMacro;
  range: Node;
  /** One variable (element or key), or two (index or key, value). */
  variables: readonly Variable[];
  filter?: Node;
  body: Node;
}

/** `cel.bind(name, value, body)`. */
export interface BindNode extends NodeBase {
  kind: 'bind';
  variable: Variable;
  value: Node;
  body: Node;
}

/** `optMap` and, with `flat`, `optFlatMap`. */
export interface OptMapNode extends NodeBase {
  kind: 'optMap';
  operand: Node;
  variable: Variable;
  body: Node;
  flat: boolean;
}

/** `list.sortBy(name, key)`. */
export interface SortByNode extends NodeBase {
  kind: 'sortBy';
  list: Node;
  variable: Variable;
  key: Node;
  /** Set by the checker: the forms of `sort` for the keys. */
  overloads: readonly Overload[];
}

/** Stands where the text could not be read. */
export interface BrokenNode extends NodeBase {
  kind: 'broken';
}

/** A node of the syntax tree. */
export type Node =
  | LiteralNode
  | IdentNode
  | SelectNode
  | CallNode
  | LogicNode
  | ConditionalNode
  | ListNode
  | MapNode
  | MessageNode
  | FoldNode
  | BindNode
  | OptMapNode
  | SortByNode
  | BrokenNode;

/** A constant at an offset of the text. */
export function literalNode(at: number, value: Value): LiteralNode {
  return { kind: 'literal', at, type: DYN, value };
}

/** A call; operators are calls with names such as `_+_`. */
export function callNode(at: number, name: string, args: Node[], target?: Node): CallNode {
  return {
    kind: 'call',
    at,
    type: DYN,
    name,
    args,
    overloads: [],
    ...(target === undefined ? {} : { target }),
  };
}

/** Target and arguments of a call in the order in which they are evaluated. */
export function operandsOf(call: CallNode): Node[] {
  return call.target === undefined ? call.args : [call.target, ...call.args];
}

/** The nodes directly below a node, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  switch (node.kind) {
    case 'literal':
    case 'ident':
    case 'broken':
      return [];
    case 'select':
      return [node.operand];
    case 'call':
      return operandsOf(node);
    case 'logic':
      return node.terms;
    case 'conditional':
      return [node.condition, node.yes, node.no];
    case 'list':
      return node.elements;
    case 'map':
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case 'message':
      return node.fields.map(({ value }) => value);
    case 'fold':
      return [node.range, ...(node.filter ? [node.filter] : []), node.body];
    case 'bind':
      return [node.value, node.body];
    case 'optMap':
      return [node.operand, node.body];
    case 'sortBy':
      return [node.list, node.key];
  }
}
