// Reads YAML 1.1 as kubectl does into trees: keys become text and are sorted, anchors and merge keys
// work, and a document's aliases may not blow it up.

import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { Mapping, NumberText, type Step, type Tree } from './tree.js';
import { resolveNumber, resolvePlain } from './yamlscalar.js';

/** Values that aliases may add to a document before it is refused. */
const ALIAS_VALUES_MAX = 100_000;
const DEPTH_MAX = 1_000;

const OPTIONS = {
  schema: 'failsafe',
  version: '1.1',
  uniqueKeys: false,
  prettyErrors: false,
  keepSourceTokens: false,
  logLevel: 'silent',
} as const;

/** Text that is no YAML, and the offset at which that shows. */
export class YamlError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A key that a mapping has twice; the last value wins. */
export interface DuplicateKey {
  readonly key: string;
  readonly offset: number;
}

/** One document of a YAML text. */
export interface YamlDocument {
  /** Null for an empty document, an error for one that cannot be read. */
  readonly tree: Tree | YamlError;
  readonly start: number;
  readonly duplicates: readonly DuplicateKey[];
}

/**
 * Reads the documents of a YAML text one by one.
 *
 * A document that is no YAML, or whose aliases grow without bound, comes as a YamlError; the next
 * ones are read all the same.
 */
export function* readYaml(text: string): Generator<YamlDocument> {
  for (const document of composeYaml(text)) {
    const { contents } = document;
    const start = contents === null ? document.range[0] : contents.range[0];
    const converter = new Converter();
    let tree: Tree | YamlError;
    try {
      const error = document.errors[0];
      if (error) throw new YamlError(error.message, error.pos[0]);
      tree = contents === null ? null : converter.convert(contents, 0);
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      tree = error;
    }
    yield { tree, start, duplicates: converter.duplicates };
  }
}

/** The syntax tree of the n-th document, for positions. */
export function composeYamlDocument(text: string, index: number): Document.Parsed | undefined {
  let count = 0;
  for (const document of composeYaml(text)) if (count++ === index) return document;
  return undefined;
}

function composeYaml(text: string): Generator<Document.Parsed> {
  return new Composer(OPTIONS).compose(
    new Parser().parse(text),
    true,
    text.length,
  ) as Generator<Document.Parsed>;
}

/** The node that a path leads to, or its nearest parent; keys as {@link readYaml} names them. */
export function findYamlNode(
  document: Document.Parsed,
  path: readonly Step[],
): { node: ParsedNode; key: ParsedNode | undefined; depth: number } | undefined {
  if (document.contents === null) return undefined;
  let node: ParsedNode = document.contents;
  let key: ParsedNode | undefined;
  for (const [depth, step] of path.entries()) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    const child = parent ? findChild(parent as ParsedNode, step) : undefined;
    if (!child?.value) return { node, key: child?.key ?? key, depth: child ? depth + 1 : depth };
    node = child.value;
    key = child.key;
  }
  return { node, key, depth: path.length };
}

interface YamlChild {
  readonly key: ParsedNode | undefined;
  readonly value: ParsedNode | null;
}

function findChild(node: ParsedNode, step: Step): YamlChild | undefined {
  if (isSeq(node)) {
    const value = typeof step === 'number' ? node.items[step] : undefined;
    return value === undefined ? undefined : { key: undefined, value: value as ParsedNode };
  }
  if (!isMap(node)) return undefined;
  for (let index = node.items.length - 1; index >= 0; index--) {
    const { key, value } = node.items[index]!;
    if (isScalar(key) && keyText(scalarValue(key as Scalar.Parsed)) === String(step)) {
      return { key: key as ParsedNode, value: value as ParsedNode | null };
    }
  }
  return undefined;
}

class Converter {
  readonly duplicates: DuplicateKey[] = [];
  private readonly anchors = new Map<string, ParsedNode>();
  private readonly open = new Set<ParsedNode>();
  private aliasDepth = 0;
  private aliasValues = 0;

  convert(node: ParsedNode, depth: number): Tree {
    if (depth > DEPTH_MAX) throw new YamlError('nested too deeply', node.range[0]);
    if (this.aliasDepth > 0 && ++this.aliasValues > ALIAS_VALUES_MAX) {
      throw new YamlError(
        `aliases add more than ${ALIAS_VALUES_MAX} values to the document`,
        node.range[0],
      );
    }
    if (isAlias(node))
      return this.follow(node as Alias.Parsed, (target) => this.convert(target, depth + 1));
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return scalarValue(node as Scalar.Parsed);
    this.open.add(node);
    const tree = isSeq(node)
      ? node.items.map((item) => this.convert(item as ParsedNode, depth + 1))
      : this.convertMap(node as YAMLMap.Parsed, depth);
    this.open.delete(node);
    return tree;
  }

  private follow<T>(alias: Alias.Parsed, use: (target: ParsedNode) => T): T {
    const target = this.anchors.get(alias.source);
    if (!target) throw new YamlError(`unknown anchor '${alias.source}' referenced`, alias.range[0]);
    if (this.open.has(target)) {
      throw new YamlError(`anchor '${alias.source}' value contains itself`, alias.range[0]);
    }
    this.aliasDepth++;
    const result = use(target);
    this.aliasDepth--;
    return result;
  }

  private convertMap(map: YAMLMap.Parsed, depth: number): Mapping {
    const entries = new Map<string, Tree>();
    const merged = new Map<string, Tree>();
    for (const { key, value } of map.items) {
      if (!isScalar(key)) {
        if (key === null) throw new YamlError('expected a key', map.range[0]);
        throw new YamlError('expected a text as key, got a collection', key.range[0]);
      }
      if (key.type === 'PLAIN' && key.value === '<<' && key.tag === undefined) {
        this.merge(value, merged, depth);
        continue;
      }
      if (key.anchor !== undefined) this.anchors.set(key.anchor, key);
      const name = keyText(scalarValue(key as Scalar.Parsed));
      if (entries.has(name) && this.aliasDepth === 0) {
        this.duplicates.push({ key: name, offset: key.range[0] });
      }
      entries.set(name, value === null ? null : this.convert(value, depth + 1));
    }
    for (const [name, value] of merged) if (!entries.has(name)) entries.set(name, value);
    const mapping = new Mapping(map.range[0]);
    for (const name of [...entries.keys()].sort()) {
      mapping.keys.push(name);
      mapping.values.push(entries.get(name)!);
    }
    return mapping;
  }

  private merge(node: ParsedNode | null, merged: Map<string, Tree>, depth: number): void {
    if (node !== null && isSeq(node)) {
      for (const item of node.items) this.merge(item as ParsedNode, merged, depth);
      return;
    }
    const tree = node === null ? null : this.convert(node, depth + 1);
    if (!(tree instanceof Mapping)) {
      throw new YamlError(
        'map merge requires map or sequence of maps as the value',
        node?.range[0] ?? 0,
      );
    }
    for (const [index, name] of tree.keys.entries()) {
      if (!merged.has(name)) merged.set(name, tree.values[index]!);
    }
  }
}

function scalarValue(scalar: Scalar.Parsed): Tree {
  const text = String(scalar.value ?? '');
  switch (scalar.tag) {
    case undefined:
      return scalar.type === 'PLAIN' ? resolvePlain(text) : text;
    case 'tag:yaml.org,2002:int':
    case 'tag:yaml.org,2002:float':
      return resolveNumber(text) ?? text;
    case 'tag:yaml.org,2002:bool':
    case 'tag:yaml.org,2002:null':
      return resolvePlain(text);
    default:
      return text;
  }
}

function keyText(key: Tree): string {
  return key instanceof NumberText ? key.text : String(key);
}
