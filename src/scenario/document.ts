// A scenario file as a tree with places: every field path can be shown as file:line:column. Duplicate
// keys, tabs and exploding anchors are refused here, before anything looks at the content.

import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  type YAMLError,
} from 'yaml';
import { assert, DrasimError, type Issue, type Position } from '../errors.js';

/** One step of a field path. */
export type Step = string | number;

/** A parsed scenario file. */
export interface ScenarioDocument {
  readonly file: string;
  readonly value: unknown;
  /** Place of a field, or of the nearest enclosing one that stands in the file. */
  positionOf(path: readonly Step[]): Position;
  /** Place of the key of a field; the field's own place where it is an item of a list. */
  positionOfKey(path: readonly Step[]): Position;
}

/** Values that aliases may add to the document; ten levels of ten would be ten thousand million. */
const ALIAS_VALUES_MAX = 100_000;
const DEPTH_MAX = 500;

const YAML_OPTIONS = {
  version: '1.1',
  uniqueKeys: true,
  merge: true,
  strict: true,
  prettyErrors: false,
} as const;

/**
 * Parses one YAML 1.1 document, as kubectl reads it.
 *
 * @throws DrasimError `ERR_SCENARIO_SYNTAX` with the place of each problem, `ERR_SCENARIO_EMPTY`
 */
export function parseScenarioDocument(text: string, file: string): ScenarioDocument {
  const lines = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refuse = ({ message, hint, offset }: SyntaxProblem): Issue => ({
    code: 'ERR_SCENARIO_SYNTAX',
    path: '',
    message,
    ...(hint !== undefined && { hint }),
    position: place(offset),
  });
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deepest = findDeepToken(tokens);
  if (deepest !== null) {
    throw new DrasimError(refuse({ message: 'nested too deeply to be read', offset: deepest }));
  }
  const composer = new Composer(YAML_OPTIONS);
  const [document, second] = composer.compose(tokens, true, text.length);
  assert(document !== undefined, 'a text without any document gives an empty one');
  const problems = syntaxProblems(document.errors);
  if (second && problems.length === 0) problems.push(secondDocument(second));
  if (problems.length > 0) throw new DrasimError(problems.map(refuse));
  const { contents } = document;
  if (contents === null) {
    throw new DrasimError({
      code: 'ERR_SCENARIO_EMPTY',
      path: '',
      message: 'the file holds no document',
      hint: 'a scenario begins with apiVersion: drasim.dev/v1 and kind: Scenario',
      position: { file, line: 1, column: 1 },
    });
  }
  const problem = findAliasProblem(contents);
  if (problem) throw new DrasimError(refuse(problem));
  const find = (path: readonly Step[]) => locate(contents, path);
  return {
    file,
    value: document.toJS({ maxAliasCount: -1 }),
    positionOf: (path) => place(find(path).value),
    positionOfKey: (path) => place(find(path).key),
  };
}

interface SyntaxProblem {
  message: string;
  hint?: string;
  offset: number;
}

function syntaxProblems(errors: readonly YAMLError[]): SyntaxProblem[] {
  // What follows a tab is read wrongly, too: the tab alone is the error.
  const tab = errors.find((error) => error.code === 'TAB_AS_INDENT');
  if (tab) {
    const message = 'a tab stands where YAML wants spaces';
    return [{ message, hint: 'indent with spaces', offset: tab.pos[0] }];
  }
  return errors.map(({ code, message, pos: [offset] }) => {
    if (code === 'DUPLICATE_KEY') {
      return { message: 'this key stands here twice', hint: 'take one of them out', offset };
    }
    return { message, offset };
  });
}

function secondDocument({ range, contents }: Document.Parsed): SyntaxProblem {
  const hint = 'a scenario is one document; drasim import makes one of manifests';
  const offset = contents?.range[0] ?? range[0];
  return { message: 'a second document begins here', hint, offset };
}

/**
 * Offset of the first token that lies too deep; null where none does.
 *
 * Whatever reads the tree calls itself for every level. This does not: it comes before all of them.
 */
function findDeepToken(tokens: readonly CST.Token[]): number | null {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > DEPTH_MAX) return token.offset;
    const inner =
      'items' in token
        ? token.items.flatMap(({ key, value }) => [key, value])
        : [token.type === 'document' ? token.value : undefined];
    for (const part of inner) if (part) open.push({ token: part, depth: depth + 1 });
  }
  return null;
}

/** The first alias that stands for itself, or that makes the document grow beyond what is read. */
function findAliasProblem(root: Node): SyntaxProblem | null {
  const anchors = new Map<string, Node>();
  const open = new Set<Node>();
  let added = 0;
  const refuse = (alias: Alias, message: string): SyntaxProblem => ({
    message: `the alias *${alias.source} stands for ${message}`,
    hint: 'write out what it stands for',
    offset: alias.range?.[0] ?? 0,
  });
  // `outer` is the alias in the file through which the node was reached.
  const visit = (node: unknown, outer: Alias | null): SyntaxProblem | null => {
    if (outer && ++added > ALIAS_VALUES_MAX) {
      return refuse(outer, `more than ${ALIAS_VALUES_MAX} values`);
    }
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) return refuse(node, 'nothing: no such anchor stands before it');
      if (open.has(target)) return refuse(node, 'something that it is a part of');
      return visit(target, outer ?? node);
    }
    if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (!isCollection(node)) return null;
    open.add(node);
    for (const item of node.items) {
      const problem = visit(isPair(item) ? item.value : item, outer);
      if (problem) return problem;
    }
    open.delete(node);
    return null;
  };
  return visit(root, null);
}

/** Offsets of a field's value and key; of the nearest one above where the field is not there. */
function locate(root: Node, path: readonly Step[]): { value: number; key: number } {
  let node: unknown = root;
  let key = root.range?.[0] ?? 0;
  let value = key;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isScalar(item.key) && `${item.key.value}` === `${step}`,
      );
      if (!pair) break;
      key = (pair.key as Node).range?.[0] ?? key;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) break;
      node = item;
      key = (node as Node).range?.[0] ?? key;
    } else {
      break;
    }
    value = (node as Node | null)?.range?.[0] ?? key;
  }
  return { value, key };
}

/** A field path as messages show it: `workloads[2].claim`. */
export function formatPath(path: readonly Step[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** The steps of a path such as `a.b[0].c` or `expect[pods.created].min`; null where it is none. */
export function parsePath(text: string): Step[] | null {
  if (!/^[\w$-]+(?:\[[^[\]]+\])*(?:\.[\w$/-]+(?:\[[^[\]]+\])*)*$/.test(text)) return null;
  return [...text.matchAll(/\[([^\]]+)\]|[^.[\]]+/g)].map(([part, bracketed]) => {
    const step = bracketed ?? part;
    return /^\d+$/.test(step) ? Number(step) : step;
  });
}
