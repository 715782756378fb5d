// Checks that come after the types are known: constants with a form of their own (patterns, times,
// format strings), and literals of lists and maps, whose parts must all have one type.

import { type CallNode, childrenOf, type ListNode, type MapNode, type Node } from './ast.js';
import { checkFormat } from './format.js';
import type { Problems } from './problem.js';
import { compilePattern } from './regex.js';
import { parseDuration, parseTimestamp, timestampOf } from './timevalue.js';
import { sameType, showType, type Type } from './type.js';
import { Fault } from './value.js';

/** Checks an expression whose types are known. */
export function validateExpression(root: Node, problems: Problems): void {
  if (root.kind === 'list') checkList(root, problems);
  else if (root.kind === 'map') checkMap(root, problems);
  else if (root.kind === 'call') checkCall(root, problems);
  const args = root.kind === 'call' && isFormat(root) ? root.args[0] : undefined;
  for (const child of childrenOf(root)) {
    // The arguments of a format string may be of any types.
    if (child === args && child.kind === 'list') {
      for (const element of child.elements) validateExpression(element, problems);
    } else {
      validateExpression(child, problems);
    }
  }
}

function isFormat(node: CallNode): boolean {
  return node.name === 'format' && node.target !== undefined && node.args.length === 1;
}

function checkList({ elements, optionals }: ListNode, problems: Problems): void {
  let known: Type | undefined;
  elements.forEach((element, index) => {
    const type = partType(element, optionals.has(index));
    known ??= type;
    expectType(element, known, type, problems);
  });
}

function checkMap({ entries }: MapNode, problems: Problems): void {
  const [first] = entries;
  if (first === undefined) return;
  const value = partType(first.value, first.optional);
  for (const entry of entries) {
    expectType(entry.key, first.key.type, entry.key.type, problems);
    expectType(entry.value, value, partType(entry.value, entry.optional), problems);
  }
}

function partType(node: Node, isOptional: boolean): Type {
  const { type } = node;
  return isOptional && type.kind === 'optional' ? type.params[0]! : type;
}

function expectType(node: Node, wanted: Type, found: Type, problems: Problems): void {
  if (sameType(wanted, found)) return;
  const text = `expected type '${showType(wanted)}' but found '${showType(found)}'`;
  problems.report('type', node.at, text);
}

function checkCall(node: CallNode, problems: Problems): void {
  switch (node.name) {
    case 'matches':
      checkPattern(node.args.at(-1)!, problems);
      break;
    case 'duration':
    case 'timestamp':
      checkTime(node, problems);
      break;
    case 'format':
      if (isFormat(node)) checkFormatCall(node, problems);
  }
}

function checkPattern(pattern: Node, problems: Problems): void {
  if (pattern.kind !== 'literal' || typeof pattern.value !== 'string') return;
  if (compilePattern(pattern.value) instanceof Fault) {
    problems.report('literal', pattern.at, 'invalid matches argument');
  }
}

function checkTime(node: CallNode, problems: Problems): void {
  const [arg] = node.args;
  if (arg?.kind !== 'literal') return;
  const { value } = arg;
  let isFine = true;
  if (typeof value === 'string') {
    const time = node.name === 'duration' ? parseDuration(value) : parseTimestamp(value);
    isFine = time !== undefined && !(time instanceof Fault);
  } else if (typeof value === 'bigint' && node.name === 'timestamp') {
    isFine = !(timestampOf(value * 1_000_000_000n) instanceof Fault);
  }
  if (!isFine) problems.report('literal', arg.at, `invalid ${node.name} argument`);
}

function checkFormatCall(node: CallNode, problems: Problems): void {
  const { target } = node;
  const [args] = node.args;
  if (target?.kind !== 'literal' || typeof target.value !== 'string') return;
  if (args?.kind !== 'list') return;
  const problem = checkFormat(
    target.value,
    args.elements.map(({ type }) => type),
  );
  if (problem !== undefined) problems.report('format', node.at, problem);
}
