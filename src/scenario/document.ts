// A scenario file as a tree with places: every field path can be shown as file:line:column. Duplicate
// keys, tabs and exploding anchors are refused here, before anything looks at the content.

import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { DrasimError, type Issue, type Position } from '../errors.js';

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

/** Aliases may repeat so many nodes at most; ten levels of ten would be ten thousand million. */
const ALIASES_MAX = 1000;

/**
 * Parses one YAML 1.1 document, as kubectl reads it.
 *
 * @throws DrasimError `ERR_SCENARIO_SYNTAX` with the place of each problem, `ERR_SCENARIO_EMPTY`
 */
export function parseScenarioDocument(text: string, file: string): ScenarioDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    lineCounter: lines,
    uniqueKeys: true,
    merge: true,
    strict: true,
    prettyErrors: false,
  });
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const issues: Issue[] = document.errors.map((error) => ({
    code: 'ERR_SCENARIO_SYNTAX',
    path: '',
    message: error.code === 'DUPLICATE_KEY' ? 'this key stands here twice' : error.message,
    position: place(error.pos[0]),
  }));
  // What follows a tab is read wrongly, too: the tab alone is the error.
  const tab = document.errors.find((error) => error.code === 'TAB_AS_INDENT');
  if (tab) {
    throw new DrasimError({
      code: 'ERR_SCENARIO_SYNTAX',
      path: '',
      message: 'a tab stands where YAML wants spaces',
      hint: 'indent with spaces',
      position: place(tab.pos[0]),
    });
  }
  if (issues.length > 0) throw new DrasimError(issues);
  if (document.contents === null) {
    throw new DrasimError({
      code: 'ERR_SCENARIO_EMPTY',
      path: '',
      message: 'the file holds no document',
      hint: 'a scenario begins with apiVersion: drasim.dev/v1 and kind: Scenario',
      position: { file, line: 1, column: 1 },
    });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    throw new DrasimError({
      code: 'ERR_SCENARIO_SYNTAX',
      path: '',
      message: `aliases: ${(error as Error).message}`,
      position: place(0),
    });
  }
  const find = (path: readonly Step[]) => locate(document.contents as Node, path);
  return {
    file,
    value,
    positionOf: (path) => place(find(path).value),
    positionOfKey: (path) => place(find(path).key),
  };
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

/** The steps of a path such as `a.b[0].c`; null where it is none. */
export function parsePath(text: string): Step[] | null {
  if (!/^[\w$-]+(?:\[\d+\])*(?:\.[\w$/-]+(?:\[\d+\])*)*$/.test(text)) return null;
  return [...text.matchAll(/[^.[\]]+/g)].map(([part]) =>
    /^\d+$/.test(part) ? Number(part) : part,
  );
}
