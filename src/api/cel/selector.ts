// Device selectors: CEL expressions that say yes or no to a device. Follows `cel/compile.go` of
// dynamic-resource-allocation, Kubernetes 1.37, with cel-go 0.29.

import type { Node } from './ast.js';
import { checkExpression } from './checker.js';
import { type CelDevice, deviceValue } from './device.js';
import { type CelEnvironment, type Language, languageOf } from './environment.js';
import { estimateCost } from './estimate.js';
import { Frame, type Step } from './frame.js';
import { type Mention, mentionsIn } from './mentions.js';
import { CelLimitError, COST_EXCEEDED, COST_MAX } from './meter.js';
import { outcomeOf } from './outcome.js';
import { parseExpression } from './parser.js';
import { planExpression } from './planner.js';
import { type CelCompileError, Problems } from './problem.js';
import { showType, type Type } from './type.js';
import { validateExpression } from './validators.js';
import { Fault } from './value.js';

export type { CelDevice } from './device.js';
export type { CelEnvironment } from './environment.js';
export type { Mention } from './mentions.js';
export type { CelCompileError } from './problem.js';

/** The API server refuses expressions whose estimate is above this; evaluation stops there. */
export const CEL_COST_MAX = BigInt(COST_MAX);

/** What a selector says to a device; an error ends the scheduling attempt. */
export type CelOutcome = { match: boolean } | { runtimeError: string };

/** A compiled selector. */
export interface CelSelector {
  expression: string;
  /** The upper bound of its cost; 2^64−1 means without bound. */
  estimatedMax: bigint;
  /** The attributes and capacities that it names. */
  mentions(): Mention[];
  /** Evaluates it on a device; the cost is what was charged up to the answer or the error. */
  evaluate(device: CelDevice): { outcome: CelOutcome; cost: bigint };
}

/**
 * Compiles a device selector.
 *
 * @param environment - version, gates, and whether the expression is stored already
 * @returns the selector; or the mistake that upstream reports first
 * @example compileSelector('device.driver == "gpu.example.com"', environment)
 */
export function compileSelector(
  expression: string,
  environment: CelEnvironment,
): { selector: CelSelector } | { error: CelCompileError } {
  const program = compileProgram(expression, environment, (type, language) => {
    if (type.kind === 'bool' || type.kind === language.attributeType.kind) return '';
    return `must evaluate to bool or the unknown type, not ${showResultType(type)}`;
  });
  if ('error' in program) return program;
  return { selector: new CompiledSelector(expression, program) };
}

/** A compiled expression that any result type may come from. */
export interface CompiledProgram {
  root: Node;
  step: Step;
  slotCount: number;
}

/**
 * Compiles an expression over a device.
 *
 * @param checkType - what is wrong with a result type, or an empty text
 */
export function compileProgram(
  expression: string,
  environment: CelEnvironment,
  checkType: (type: Type, language: Language) => string,
): CompiledProgram | { error: CelCompileError } {
  const language = languageOf(environment);
  let problems = new Problems(expression);
  const { root, slotCount } = parseExpression(expression, language.syntax, problems);
  if (problems.found) return { error: problems.first()! };
  checkExpression(root, language, problems);
  if (problems.found) return { error: problems.first()! };
  validateExpression(root, problems);
  if (problems.found) return { error: problems.first()! };
  const mistake = checkType(root.type, language);
  if (mistake !== '') {
    problems.report('result-type', 0, mistake);
    return { error: problems.first()! };
  }
  problems = new Problems(expression);
  const step = planExpression(root, problems);
  if (problems.found) return { error: problems.first()! };
  return { root, step, slotCount };
}

// Here upstream names the protobuf type.
export function showResultType(type: Type): string {
  return showType(type)
    .replace(/\bnull\b/, 'null_type')
    .replace(/\bany\b/g, 'google.protobuf.Any');
}

class CompiledSelector implements CelSelector {
  readonly expression: string;
  readonly estimatedMax: bigint;
  private readonly root: Node;
  private readonly step: Step;
  private readonly frame: Frame;

  constructor(expression: string, { root, step, slotCount }: CompiledProgram) {
    this.expression = expression;
    this.estimatedMax = estimateCost(root);
    this.root = root;
    this.step = step;
    this.frame = new Frame(slotCount);
  }

  mentions(): Mention[] {
    return mentionsIn(this.root);
  }

  evaluate(device: CelDevice): { outcome: CelOutcome; cost: bigint } {
    const { frame } = this;
    const { meter } = frame;
    meter.reset();
    const value = deviceValue(device);
    if (value instanceof Fault) return { outcome: { runtimeError: value.text }, cost: 0n };
    frame.device = value;
    try {
      const outcome = outcomeOf(this.step(frame));
      return { outcome, cost: BigInt(meter.cost) };
    } catch (error) {
      if (!(error instanceof CelLimitError)) throw error;
      return { outcome: { runtimeError: COST_EXCEEDED }, cost: BigInt(meter.cost) };
    }
  }
}
