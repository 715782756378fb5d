// The most that an expression can cost, found from its text and types alone. The API server refuses
// expressions whose estimate is above the limit.

import type { CallNode, FoldNode, Node, SortByNode, Variable } from './ast.js';
import { operandsOf } from './ast.js';
import { costSize, type PricedOperand } from './price.js';
import type { Overload } from './signature.js';
import {
  addSaturating,
  larger,
  multiplySaturating,
  ONE,
  type Size,
  sizeUpTo,
  UNKNOWN_SIZE,
  unionSize,
} from './size.js';
import type { Type, TypeKind } from './type.js';

const LIST_COST = 10n;
const MAP_COST = 30n;
const MESSAGE_COST = 40n;
/** What `optMap` and `cel.bind` stand for begins with an empty list. */
const BIND_COST = LIST_COST;

/** The upper bound of what evaluating a checked expression costs; 2^64−1 means without bound. */
export function estimateCost(root: Node): bigint {
  return new Estimator().costOf(root);
}

/** Where a value comes from, as far as that tells its size. */
type Path = readonly string[];

interface Local {
  size: Size;
  path: Path | undefined;
}

const KEYS = '@keys';
const VALUES = '@values';
const ITEMS = '@items';

class Estimator {
  private readonly locals = new Map<Variable, Local>();
  private readonly computed = new Map<Node, Size>();

  costOf(node: Node): bigint {
    switch (node.kind) {
      case 'literal':
      case 'broken':
        return 0n;
      case 'ident':
        return 1n;
      case 'select':
        return this.selectCost(node);
      case 'call':
        return this.callCost(node);
      case 'logic':
        return this.sum(node.terms);
      case 'conditional': {
        const condition = this.costOf(node.condition);
        const branches = larger(this.costOf(node.yes), this.costOf(node.no));
        this.computed.set(node, unionSize(this.sizeOf(node.yes), this.sizeOf(node.no)));
        return addSaturating(condition, branches);
      }
      case 'list':
        return addSaturating(this.sum(node.elements), LIST_COST);
      case 'map':
        return addSaturating(
          this.sum(node.entries.flatMap(({ key, value }) => [key, value])),
          MAP_COST,
        );
      case 'message':
        return addSaturating(this.sum(node.fields.map(({ value }) => value)), MESSAGE_COST);
      case 'fold':
        return this.foldCost(node);
      case 'bind':
        return this.bindCost(node, node.variable, node.value, this.costOf(node.value), node.body);
      case 'optMap':
        return this.optMapCost(node);
      case 'sortBy':
        return this.sortByCost(node);
    }
  }

  private sum(nodes: readonly Node[]): bigint {
    return nodes.reduce((sum, node) => addSaturating(sum, this.costOf(node)), 0n);
  }

  private selectCost(node: Extract<Node, { kind: 'select' }>): bigint {
    if (node.constant !== undefined) return 1n;
    const operand = this.costOf(node.operand);
    if (node.mode === 'test') return operand;
    if (node.mode === 'optional') return addSaturating(operand, 1n);
    const { kind } = node.operand.type;
    return kind === 'map' || kind === 'object' ? addSaturating(operand, 1n) : operand;
  }

  private callCost(node: CallNode): bigint {
    const nodes = operandsOf(node);
    const cost = this.sum(nodes);
    if (node.name === '_[_]') this.rememberEntry(node);
    const operands = nodes.map((operand) => this.priced(operand));
    return addSaturating(cost, this.dearest(node, node.overloads, operands));
  }

  /** The most expensive of the forms that are left open. */
  private dearest(
    node: Node,
    overloads: readonly Overload[],
    operands: readonly PricedOperand[],
  ): bigint {
    let most = 0n;
    for (const { price } of overloads) {
      most = larger(most, price === undefined ? 1n : price.estimate(operands));
      if (price?.result && !this.computed.has(node)) {
        this.computed.set(node, price.result(operands));
      }
    }
    return most;
  }

  private priced(node: Node): PricedOperand {
    const operand = { type: node.type, size: this.sizeOf(node) };
    return node.kind === 'literal' ? { ...operand, literal: node.value } : operand;
  }

  private rememberEntry(node: CallNode): void {
    const { entries } = this.sizeOf(node.target ?? node.args[0]!);
    if (entries !== undefined) this.computed.set(node, entries);
  }

  private foldCost(node: FoldNode): bigint {
    const range = this.costOf(node.range);
    const size = this.sizeOf(node.range);
    this.pushVariables(node, size);
    const body = this.costOf(node.body);
    const filter = node.filter === undefined ? undefined : this.costOf(node.filter);
    const isCollection = node.macro.startsWith('transform') || node.macro === 'map';
    this.computed.set(node, isCollection ? { min: size.min, max: size.max } : ONE);
    const { start, before, each, end } = foldCosts(node, body, filter);
    const steps = multiplySaturating(size.max, addSaturating(before, each));
    return [range, start, end].reduce(addSaturating, steps);
  }

  private pushVariables(node: FoldNode, size: Size): void {
    const { range, variables } = node;
    const [first, second] = variables as [Variable, Variable | undefined];
    const path = this.pathOf(range);
    const isMap = range.type.kind === 'map';
    const key = { size: size.keys ?? UNKNOWN_SIZE, path: path && [...path, KEYS] };
    const value = {
      size: size.entries ?? UNKNOWN_SIZE,
      path: path && [...path, isMap ? VALUES : ITEMS],
    };
    if (second !== undefined) {
      this.locals.set(first, isMap ? key : { size: ONE, path: undefined });
      this.locals.set(second, value);
    } else {
      this.locals.set(first, isMap ? key : value);
    }
  }

  private bindCost(
    node: Node,
    variable: Variable,
    value: Node,
    valueCost: bigint,
    body: Node,
  ): bigint {
    this.locals.set(variable, { size: this.sizeOf(value), path: this.pathOf(value) });
    const cost = this.costOf(body);
    this.computed.set(node, this.sizeOf(body));
    return [BIND_COST, valueCost].reduce(addSaturating, cost);
  }

  // `t.hasValue() ? optional.of(cel.bind(x, t.value(), e)) : optional.none()`
  private optMapCost(node: Extract<Node, { kind: 'optMap' }>): bigint {
    const operand = this.costOf(node.operand);
    const value = addSaturating(operand, 1n);
    this.locals.set(node.variable, { size: UNKNOWN_SIZE, path: undefined });
    const body = this.costOf(node.body);
    const bound = [value, body, BIND_COST].reduce(addSaturating);
    const mapped = node.flat ? bound : addSaturating(bound, 1n);
    return [operand, 1n].reduce(addSaturating, mapped);
  }

  // The list is bound; then its keys are mapped and the list is sorted by them.
  private sortByCost(node: SortByNode): bigint {
    const list = this.costOf(node.list);
    const size = this.sizeOf(node.list);
    const path = this.pathOf(node.list);
    const item = { size: size.entries ?? UNKNOWN_SIZE, path: path && [...path, ITEMS] };
    this.locals.set(node.variable, item);
    const each = addSaturating(this.costOf(node.key), 12n);
    const keys = [1n, LIST_COST, 1n].reduce(addSaturating, multiplySaturating(size.max, each));
    const operand = { type: node.type, size: { min: size.min, max: size.max } };
    const sorting = this.dearest(node, node.overloads, [operand]);
    return [BIND_COST, list, 1n, keys].reduce(addSaturating, sorting);
  }

  /** The size of a value, by the first rule that says something. */
  private sizeOf(node: Node): Size {
    const computed = this.computed.get(node);
    if (computed !== undefined) return computed;
    if (node.kind === 'literal') {
      const size = BigInt(costSize(node.value));
      return { min: size, max: size };
    }
    if (node.kind === 'list' || node.kind === 'map') return this.literalSize(node);
    const path = this.pathOf(node);
    const byPath = path && pathSize(path);
    if (byPath !== undefined) return sizeUpTo(byPath);
    if (isScalar(node.type)) return ONE;
    if (node.kind === 'ident' && node.variable) {
      return this.locals.get(node.variable)?.size ?? UNKNOWN_SIZE;
    }
    return UNKNOWN_SIZE;
  }

  private literalSize(node: Extract<Node, { kind: 'list' | 'map' }>): Size {
    if (node.kind === 'list') {
      const count = BigInt(node.elements.length);
      return { min: count, max: count, ...this.unionOf('entries', node.elements) };
    }
    const count = BigInt(node.entries.length);
    return {
      min: count,
      max: count,
      ...this.unionOf(
        'keys',
        node.entries.map(({ key }) => key),
      ),
      ...this.unionOf(
        'entries',
        node.entries.map(({ value }) => value),
      ),
    };
  }

  private unionOf(name: 'keys' | 'entries', nodes: readonly Node[]): { [name: string]: Size } {
    const sizes = nodes.map((node) => this.sizeOf(node));
    return sizes.length === 0 ? {} : { [name]: sizes.reduce(unionSize) };
  }

  private pathOf(node: Node): Path | undefined {
    if (node.kind === 'ident') {
      if (node.variable !== undefined) return this.locals.get(node.variable)?.path;
      return node.constant === undefined ? ['device'] : undefined;
    }
    if (node.kind === 'select' && node.mode === 'field') {
      const path = this.pathOf(node.operand);
      return path && [...path, node.field];
    }
    if (node.kind === 'call' && node.name === '_[_]') {
      const path = this.pathOf(node.args[0]!);
      return path && [...path, node.args[0]!.type.kind === 'map' ? VALUES : ITEMS];
    }
    return undefined;
  }
}

/** How long the parts of a device can be, by the API's limits. */
function pathSize(path: Path): bigint | undefined {
  const [, field, domain, id, ...rest] = path;
  if (rest.length > 0 || (domain === KEYS && id !== undefined)) return undefined;
  switch (field) {
    case 'driver':
      return domain === undefined ? 63n : undefined;
    case 'allowMultipleAllocations':
      return domain === undefined ? 1n : undefined;
    case 'attributes':
    case 'capacity':
      if (domain === KEYS) return 63n;
      if (id === undefined || id === KEYS) return 32n;
      return field === 'attributes' ? 64n : undefined;
    default:
      return undefined;
  }
}

const SCALARS: ReadonlySet<TypeKind> = new Set<TypeKind>([
  ...(['bool', 'int', 'uint', 'double', 'duration', 'timestamp'] as const),
]);

function isScalar(type: Type): boolean {
  return SCALARS.has(type.kind === 'optional' ? type.params[0]!.kind : type.kind);
}

interface FoldCosts {
  start: bigint;
  /** Asking whether to go on. */
  before: bigint;
  each: bigint;
  end: bigint;
}

function foldCosts(node: FoldNode, body: bigint, filter: bigint | undefined): FoldCosts {
  switch (node.macro) {
    case 'all':
      return { start: 0n, before: 2n, each: addSaturating(body, 1n), end: 1n };
    case 'exists':
      return { start: 0n, before: 3n, each: addSaturating(body, 1n), end: 1n };
    case 'existsOne':
      return { start: 0n, before: 0n, each: addSaturating(body, 2n), end: 2n };
    case 'map':
      return collect(LIST_COST, addSaturating(body, 12n), filter);
    case 'transformMap':
      return collect(MAP_COST, addSaturating(body, 3n), filter);
    case 'transformMapEntry':
      return collect(MAP_COST, addSaturating(body, 2n), filter);
  }
}

function collect(start: bigint, step: bigint, filter: bigint | undefined): FoldCosts {
  const each = filter === undefined ? step : addSaturating(filter, step);
  return { start, before: 0n, each, end: 1n };
}
