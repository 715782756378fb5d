// The types of macros over a range.

import type { FoldNode, Node, SortByNode, Variable } from './ast.js';
import type { CelErrorCategory } from './problem.js';
import type { Overload } from './signature.js';
import {
  BOOL,
  DYN,
  ERROR,
  INT,
  listType,
  mapType,
  type Substitution,
  showType,
  type Type,
  typeVariable,
} from './type.js';

/** What of the checker is needed here. */
interface Checker {
  readonly types: Substitution;
  check(node: Node): Type;
  checkWithin(variables: readonly Variable[], node: Node): Type;
  expectBool(node: Node, type: Type): void;
  chooseType(at: number, condition: Type, yes: Type, no: Type): Type;
  report(category: CelErrorCategory, at: number, text: string): void;
  noOverload(at: number, name: string, isMember: boolean, operands: readonly Type[]): Type;
  findOverloads(
    name: string,
    isMember: boolean,
    operands: readonly Type[],
  ): { overloads: Overload[]; result: Type | undefined };
}

interface RangeTypes {
  /** Index of a list, key of a map. */
  key: Type;
  value: Type;
  isMap: boolean;
}

/**
 * What a macro finds when it walks over a range of a type; undefined when nothing can walk there.
 */
function rangeTypes(type: Type): RangeTypes | undefined {
  switch (type.kind) {
    case 'list':
      return { key: INT, value: type.params[0]!, isMap: false };
    case 'map':
      return { key: type.params[0]!, value: type.params[1]!, isMap: true };
    case 'dyn':
    case 'variable':
      return { key: DYN, value: DYN, isMap: false };
    case 'error':
      return { key: ERROR, value: ERROR, isMap: false };
    default:
      return undefined;
  }
}

/** Checks `all`, `exists`, `map`, `filter` and their kin. */
export function checkFold(checker: Checker, node: FoldNode): Type {
  const range = checker.types.apply(checker.check(node.range));
  const found = rangeTypes(range) ?? refuseRange(checker, node, range);
  const [first, second] = node.variables;
  if (second !== undefined) {
    first!.type = found.key;
    second.type = found.value;
  } else {
    first!.type = found.isMap ? found.key : found.value;
  }
  const filter = node.filter && checker.checkWithin(node.variables, node.filter);
  const body = checker.checkWithin(node.variables, node.body);
  const result = foldType(checker, node, first!.type, body);
  return filter === undefined ? result : checker.chooseType(node.at, filter, result, result);
}

function refuseRange(checker: Checker, node: FoldNode | SortByNode, type: Type): RangeTypes {
  const range = node.kind === 'fold' ? node.range : node.list;
  checker.report(
    'range',
    range.at,
    `expression of type '${showType(type)}' cannot be range of a comprehension ` +
      '(must be list, map, or dynamic)',
  );
  return { key: ERROR, value: ERROR, isMap: false };
}

function foldType(checker: Checker, node: FoldNode, key: Type, body: Type): Type {
  switch (node.macro) {
    case 'all':
    case 'exists':
      checker.expectBool(node.body, body);
      return BOOL;
    case 'existsOne':
      checker.chooseType(node.at, body, INT, INT);
      return BOOL;
    case 'map':
      return listType(body);
    case 'transformMap':
      return mapType(key, body);
    case 'transformMapEntry': {
      const result = mapType(typeVariable('K'), typeVariable('V'));
      if (checker.types.assign(result, body)) return checker.types.apply(result);
      return checker.noOverload(node.at, 'cel.@mapInsert', false, [result, body]);
    }
  }
}

/** Checks `list.sortBy(x, key)`. */
export function checkSortBy(checker: Checker, node: SortByNode): Type {
  const list = checker.types.apply(checker.check(node.list));
  const found = rangeTypes(list) ?? refuseRange(checker, node, list);
  node.variable.type = found.isMap ? found.key : found.value;
  const key = checker.checkWithin([node.variable], node.key);
  const { overloads, result } = checker.findOverloads('sort', true, [listType(key)]);
  node.overloads = overloads;
  if (result === undefined || found.isMap) {
    return checker.noOverload(node.at, '@sortByAssociatedKeys', true, [list, listType(key)]);
  }
  return listType(found.value);
}
