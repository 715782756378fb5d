// Turns a checked expression into steps, once; evaluating them needs no tree any more.

import type { CallNode, FoldNode, Node, Variable } from './ast.js';
import { operandsOf } from './ast.js';
import { alternativeStep, callStep, memberStep } from './calls.js';
import { FOLDED_FUNCTIONS } from './convert.js';
import {
  existsOneStep,
  type FoldSteps,
  mapStep,
  quantifierStep,
  transformMapStep,
} from './folds.js';
import { constantPlan, Frame, type Plan, type Step } from './frame.js';
import { CelList } from './list.js';
import { sortByKeys } from './lists.js';
import { chargedStep, fieldStep, indexStep, testStep } from './lookup.js';
import { MapBuilder } from './map.js';
import { buildMessage } from './message.js';
import type { Problems } from './problem.js';
import { compilePattern } from './regex.js';
import { Fault, NO_OVERLOAD, Optional, type Result, type Value } from './value.js';

const LIST_COST = 10;
const MAP_COST = 30;
const MESSAGE_COST = 40;
/** Their patterns are compiled ahead where they are constants. */
const PATTERN_FUNCTIONS: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);

/** Makes the steps of a checked expression; constants that cannot be evaluated go to `problems`. */
export function planExpression(root: Node, problems: Problems): Step {
  return new Planner(problems).plan(root).run;
}

class Planner {
  private readonly problems: Problems;
  /** The steps of bound values, which run when they are first asked for. */
  private readonly bound = new Map<Variable, Step>();

  constructor(problems: Problems) {
    this.problems = problems;
  }

  plan(node: Node): Plan {
    switch (node.kind) {
      case 'literal':
        return constantPlan(node.value);
      case 'ident':
        return this.planChain(node, 1);
      case 'select':
        return node.mode === 'test' ? this.planTest(node) : this.planChain(node, 1);
      case 'call':
        return this.planCall(node);
      case 'logic':
        return { run: logicStep(node.operator, this.steps(node.terms)) };
      case 'conditional':
        return { run: this.planConditional(node) };
      case 'list':
        return this.planList(node);
      case 'map':
        return this.planMap(node);
      case 'message':
        return { run: this.planMessage(node) };
      case 'fold':
        return { run: this.planFold(node) };
      case 'bind':
        return { run: this.planBound(node.variable, this.step(node.value), node.body) };
      case 'optMap':
        return { run: this.planOptMap(node) };
      case 'sortBy':
        return { run: this.planSortBy(node) };
      case 'broken':
        return constantPlan(null);
    }
  }

  private step(node: Node): Step {
    return this.plan(node).run;
  }

  private steps(nodes: readonly Node[]): Step[] {
    return nodes.map((node) => this.step(node));
  }

  /**
   * A chain of fields and indexes. It charges `start` once for what it begins with: as a branch of
   * a conditional it does not.
   */
  private planChain(node: Node, start: 0 | 1): Plan {
    if (node.kind === 'ident') return this.planIdent(node, start);
    if (node.kind === 'select' && node.mode !== 'test') {
      if (node.constant !== undefined) return constantPlan(node.constant);
      const object = this.planChain(node.operand, start).run;
      return { run: fieldStep(object, node.field, node.mode === 'optional') };
    }
    if (isIndex(node)) {
      const [operand, index] = node.args as [Node, Node];
      const object = this.planChain(operand, start).run;
      // An index that is a chain itself charges for itself and nothing on top.
      const charge = isChain(index) ? 0 : 1;
      return { run: indexStep(object, this.step(index), charge, node.name === '_[?_]') };
    }
    if (node.kind === 'conditional') return { run: this.planConditional(node) };
    const { run } = this.plan(node);
    return { run: start === 1 ? chargedStep(run) : run };
  }

  private planIdent(node: Extract<Node, { kind: 'ident' }>, start: 0 | 1): Plan {
    const { variable, constant } = node;
    if (constant !== undefined) return constantPlan(constant);
    const read = variable === undefined ? readDevice : this.readVariable(variable);
    return { run: start === 1 ? chargedStep(read) : read };
  }

  private readVariable(variable: Variable): Step {
    const { slot } = variable;
    const value = this.bound.get(variable);
    if (value === undefined) return (frame) => frame.locals[slot]!;
    return (frame) => {
      const known = frame.locals[slot];
      if (known !== undefined) return known;
      const result = value(frame);
      frame.locals[slot] = result;
      return result;
    };
  }

  private planTest(node: Extract<Node, { kind: 'select' }>): Plan {
    const { operand, field } = node;
    return { run: testStep(this.planChain(operand, 1).run, field) };
  }

  /** A branch that is a chain does not charge what it begins with. */
  private planConditional(node: Extract<Node, { kind: 'conditional' }>): Step {
    const condition = this.step(node.condition);
    const [yes, no] = [node.yes, node.no].map((branch) => this.planChain(branch, 0).run) as [
      Step,
      Step,
    ];
    return (frame) => {
      const value = condition(frame);
      if (value === true) return yes(frame);
      if (value === false) return no(frame);
      return value instanceof Fault ? value : NO_OVERLOAD;
    };
  }

  private planCall(node: CallNode): Plan {
    if (isIndex(node)) return this.planChain(node, 1);
    const plans = operandsOf(node).map((operand) => this.plan(operand));
    const steps = plans.map(({ run }) => run);
    const { name, overloads } = node;
    const [first, second] = plans;
    if (name === 'or' || name === 'orValue') {
      return { run: alternativeStep(name, steps[0]!, steps[1]!) };
    }
    if (name === '@in' && second?.constant instanceof CelList) {
      const member = memberStep(steps[0]!, second.constant.items);
      if (member !== undefined) return { run: member };
    }
    if (FOLDED_FUNCTIONS.has(name) && node.target === undefined && first?.constant !== undefined) {
      return this.fold(node, callStep(name, overloads, steps));
    }
    const pattern = PATTERN_FUNCTIONS.has(name) ? second?.constant : undefined;
    if (typeof pattern === 'string') this.checkPattern(node, pattern);
    return { run: callStep(name, overloads, steps) };
  }

  /** Evaluates a conversion of a constant ahead of time. */
  private fold(node: CallNode, step: Step): Plan {
    const result = step(new Frame(0));
    if (!(result instanceof Fault)) return constantPlan(result);
    this.problems.report('constant', node.at, `program instantiation failed: ${result.text}`);
    return constantPlan(null);
  }

  private checkPattern(node: CallNode, pattern: string): void {
    const compiled = compilePattern(pattern);
    if (!(compiled instanceof Fault)) return;
    const reason = node.name === 'matches' ? compiled.text : `Illegal regex: ${compiled.text}`;
    const text = `program instantiation failed: ${reason}`;
    this.problems.report('constant', node.at, text);
  }

  private planList(node: Extract<Node, { kind: 'list' }>): Plan {
    const plans = node.elements.map((element) => this.plan(element));
    const constants = node.optionals.size > 0 ? undefined : constantsOf(plans);
    if (constants !== undefined) return constantPlan(CelList.of(constants));
    const { optionals } = node;
    return {
      run: (frame) => {
        const items: Value[] = [];
        for (let index = 0; index < plans.length; index++) {
          const value = plans[index]!.run(frame);
          if (value instanceof Fault) return value;
          const item = optionals.has(index) ? optionalPart(value) : value;
          if (item instanceof Fault) return item;
          if (item !== undefined) items.push(item);
        }
        frame.meter.charge(LIST_COST);
        return CelList.of(items);
      },
    };
  }

  private planMap(node: Extract<Node, { kind: 'map' }>): Plan {
    const entries = node.entries.map(({ key, value, optional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      optional,
    }));
    const run: Step = (frame) => {
      const builder = new MapBuilder();
      for (const entry of entries) {
        const key = entry.key.run(frame);
        if (key instanceof Fault) return key;
        const value = entry.value.run(frame);
        if (value instanceof Fault) return value;
        const part = entry.optional ? optionalPart(value) : value;
        if (part instanceof Fault) return part;
        if (part !== undefined && !builder.set(key, part)) return new Fault('unsupported key type');
      }
      frame.meter.charge(MAP_COST);
      return builder.build();
    };
    const isConstant = entries.every(
      ({ key, value, optional }) =>
        key.constant !== undefined && value.constant !== undefined && !optional,
    );
    const constant = isConstant ? run(new Frame(0)) : undefined;
    return constant === undefined || constant instanceof Fault ? { run } : constantPlan(constant);
  }

  private planMessage(node: Extract<Node, { kind: 'message' }>): Step {
    const fields = node.fields.map(({ name, value, optional }) => ({
      name,
      value: this.step(value),
      optional,
    }));
    return (frame) => {
      const values = new Map<string, Value>();
      for (const field of fields) {
        const value = field.value(frame);
        if (value instanceof Fault) return value;
        const part = field.optional ? optionalPart(value) : value;
        if (part instanceof Fault) return part;
        if (part !== undefined) values.set(field.name, part);
      }
      frame.meter.charge(MESSAGE_COST);
      return buildMessage(node.name, values);
    };
  }

  private planFold(node: FoldNode): Step {
    const [first, second] = node.variables as [Variable, Variable | undefined];
    const range = this.step(node.range);
    const body = this.plan(node.body);
    const fold: FoldSteps = {
      range,
      first: first.slot,
      second: second?.slot,
      filter: node.filter && this.step(node.filter),
      body: body.run,
      isConstant: body.constant !== undefined,
    };
    switch (node.macro) {
      case 'all':
        return quantifierStep(fold, false);
      case 'exists':
        return quantifierStep(fold, true);
      case 'existsOne':
        return existsOneStep(fold);
      case 'map':
        return mapStep(fold);
      case 'transformMap':
        return transformMapStep(fold, false);
      case 'transformMapEntry':
        return transformMapStep(fold, true);
    }
  }

  private planBound(variable: Variable, value: Step, body: Node): Step {
    this.bound.set(variable, value);
    const run = this.step(body);
    const { slot } = variable;
    return (frame) => {
      frame.locals[slot] = undefined;
      return run(frame);
    };
  }

  // `t.hasValue() ? optional.of(cel.bind(x, t.value(), e)) : optional.none()`: t runs once more
  // when x is asked for.
  private planOptMap(node: Extract<Node, { kind: 'optMap' }>): Step {
    const operand = this.step(node.operand);
    const value: Step = (frame) => {
      const optional = operand(frame);
      if (optional instanceof Fault) return optional;
      frame.meter.charge(1);
      return optional instanceof Optional ? optional.value! : NO_OVERLOAD;
    };
    const body = this.planBound(node.variable, value, node.body);
    const { flat } = node;
    return (frame) => {
      const optional = operand(frame);
      if (optional instanceof Fault) return optional;
      frame.meter.charge(1);
      if (!(optional instanceof Optional)) return NO_OVERLOAD;
      if (optional.value === undefined) {
        frame.meter.charge(1);
        return Optional.NONE;
      }
      const result = body(frame);
      if (flat || result instanceof Fault) return result;
      frame.meter.charge(1);
      return Optional.of(result);
    };
  }

  private planSortBy(node: Extract<Node, { kind: 'sortBy' }>): Step {
    const list = this.step(node.list);
    const key = this.step(node.key);
    const { slot } = node.variable;
    const sort = callStep('@sortByAssociatedKeys', node.overloads, [
      (frame) => frame.locals[slot]!,
    ]);
    const keysOf = mapStep({
      range: (frame) => frame.locals[slot]!,
      first: slot,
      second: undefined,
      filter: undefined,
      body: key,
      isConstant: false,
    });
    return (frame) => {
      const { locals, meter } = frame;
      const items = list(frame);
      if (items instanceof Fault) return items;
      meter.charge(2);
      locals[slot] = items;
      const keys = keysOf(frame);
      if (keys instanceof Fault) return keys;
      locals[slot] = keys;
      // Charges the sort, and refuses keys that have no order.
      const sorted = sort(frame);
      if (sorted instanceof Fault) return sorted;
      return items instanceof CelList ? sortByKeys(items, keys as CelList) : NO_OVERLOAD;
    };
  }
}

const readDevice: Step = (frame) => frame.device;

type IndexNode = CallNode & { name: '_[_]' | '_[?_]' };

function isIndex(node: Node): node is IndexNode {
  return node.kind === 'call' && (node.name === '_[_]' || node.name === '_[?_]');
}

/** Whether a node is a name, a field, an index or a choice between such. */
function isChain(node: Node): boolean {
  if (node.kind === 'ident') return node.constant === undefined;
  if (node.kind === 'select') return node.mode !== 'test' && node.constant === undefined;
  return node.kind === 'conditional' || isIndex(node);
}

function constantsOf(plans: readonly Plan[]): Value[] | undefined {
  const values: Value[] = [];
  for (const { constant } of plans) {
    if (constant === undefined) return undefined;
    values.push(constant);
  }
  return values;
}

/** The value of an entry written with `?`; undefined for none. */
function optionalPart(value: Value): Result | undefined {
  return value instanceof Optional ? value.value : NO_OVERLOAD;
}

function logicStep(operator: '&&' | '||', terms: readonly Step[]): Step {
  const decisive = operator === '||';
  return (frame) => {
    let fault: Fault | undefined;
    for (let index = 0; index < terms.length; index++) {
      const value = terms[index]!(frame);
      if (value === decisive) return decisive;
      if (value !== !decisive && fault === undefined) {
        fault = value instanceof Fault ? value : NO_OVERLOAD;
      }
    }
    return fault ?? !decisive;
  };
}
