// From the text of a manifest file to its documents: JSON values one after the other, or YAML
// documents; lists are taken apart. Each document knows where it stands and finds places in itself.

import type { Document } from 'yaml';
import { isScalar } from 'yaml';
import type { Issue, Position } from '../errors.js';
import { JsonError, JsonReader } from './json.js';
import { offsetInScalar, type ScalarStyle } from './scalarposition.js';
import type { Source } from './source.js';
import { Mapping, type Step, type Tree } from './tree.js';
import {
  composeYamlDocument,
  type DuplicateKey,
  findYamlNode,
  readYaml,
  YamlError,
} from './yaml.js';

/** Where a document stands in its file. */
export class Origin {
  private readonly source: Source;
  private readonly format: 'json' | 'yaml';
  private readonly start: number;
  /** Which document of the file, and the path inside it: `items[3]` of a list. */
  private readonly index: number;
  private readonly prefix: readonly Step[];

  constructor(
    source: Source,
    format: 'json' | 'yaml',
    start: number,
    index: number,
    prefix: readonly Step[],
  ) {
    this.source = source;
    this.format = format;
    this.start = start;
    this.index = index;
    this.prefix = prefix;
  }

  /** The place of a field, or of its nearest parent that was written. */
  position(path: readonly Step[] = []): Position {
    if (path.length === 0) return this.source.position(this.start);
    if (this.format === 'json') {
      return this.source.position(new JsonReader(this.source.text, this.start).locate(path));
    }
    const found = this.findInYaml(path);
    if (!found) return this.source.position(this.start);
    const whole = found.depth === path.length + this.prefix.length;
    const node = whole || !found.key ? found.node : found.key;
    return this.source.position(node.range[0]);
  }

  /** The place of an offset of the file. */
  positionAt(offset: number): Position {
    return this.source.position(offset);
  }

  /** The place of a line and column inside a text value. */
  positionInText(path: readonly Step[], line: number, column: number): Position {
    const { text } = this.source;
    if (this.format === 'json') {
      const start = new JsonReader(text, this.start).locate(path);
      const place = offsetInScalar(text, start, text.length, 'double', line, column);
      return this.source.position(place);
    }
    const found = this.findInYaml(path);
    if (!found || !isScalar(found.node) || found.depth !== path.length + this.prefix.length) {
      return this.position(path);
    }
    const style = SCALAR_STYLES[found.node.type ?? ''] ?? 'plain';
    const [start, end] = found.node.range;
    return this.source.position(offsetInScalar(text, start, end, style, line, column));
  }

  /** The origin of an item of a list in this document. */
  item(steps: readonly Step[], tree: Mapping): Origin {
    // A JSON item can be read again by itself; a YAML item only with its document.
    const prefix = this.format === 'json' ? [] : [...this.prefix, ...steps];
    return new Origin(this.source, this.format, tree.start, this.index, prefix);
  }

  private findInYaml(path: readonly Step[]): ReturnType<typeof findYamlNode> {
    let cached = SYNTAX_TREES.get(this.source);
    if (cached?.index !== this.index) {
      const document = composeYamlDocument(this.source.text, this.index);
      cached = { index: this.index, document };
      SYNTAX_TREES.set(this.source, cached);
    }
    return cached?.document && findYamlNode(cached.document, [...this.prefix, ...path]);
  }
}

const SCALAR_STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

// The last document that was composed for positions; errors of one document come together.
const SYNTAX_TREES = new WeakMap<
  Source,
  { index: number; document: Document.Parsed | undefined }
>();

/** One document: a tree and where it stands. */
export interface RawDocument {
  readonly tree: Tree;
  readonly origin: Origin;
  /** Keys that YAML has twice; JSON keeps its own in the tree. */
  readonly duplicates: readonly DuplicateKey[];
  readonly format: 'json' | 'yaml';
}

/** A document, or the issue that kept one from being read. */
export type DocumentReading = RawDocument | Issue;

/**
 * Reads the documents of a file one by one.
 *
 * @param onlyFirst - as the API server reads a request: one JSON value, or the first YAML document
 */
export function* readDocuments(source: Source, onlyFirst = false): Generator<DocumentReading> {
  const { text } = source;
  const first = /\S/.exec(text)?.[0];
  if (first === '{' || (first === '[' && !onlyFirst)) {
    const documents = readJsonDocuments(source, onlyFirst);
    // What begins like JSON may be YAML in flow style; kubectl tries that too.
    if (onlyFirst || !documents.some(isIssue)) yield* documents;
    else {
      const asYaml = [...readYamlDocuments(source, onlyFirst)];
      yield* asYaml.some(isIssue) ? documents : asYaml;
    }
    return;
  }
  yield* readYamlDocuments(source, onlyFirst);
}

/** Whether a reading is the issue that kept a document from being read. */
export function isIssue(reading: DocumentReading): reading is Issue {
  return 'code' in reading;
}

function readJsonDocuments(source: Source, onlyFirst: boolean): DocumentReading[] {
  const documents: DocumentReading[] = [];
  const reader = new JsonReader(source.text);
  try {
    while (!reader.isAtEnd()) {
      const start = reader.skipSpace();
      if (onlyFirst && documents.length > 0) {
        throw new JsonError('invalid character after top-level value', start);
      }
      const tree = reader.read();
      const origin = new Origin(source, 'json', start, documents.length, []);
      documents.push({ tree, origin, duplicates: [], format: 'json' });
    }
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    documents.push(syntaxIssue(source, error.offset, error.message));
    if (onlyFirst) documents.splice(0, documents.length - 1);
  }
  return documents;
}

function* readYamlDocuments(source: Source, onlyFirst: boolean): Generator<DocumentReading> {
  let index = 0;
  try {
    for (const { tree, start, duplicates } of readYaml(source.text)) {
      if (tree instanceof YamlError) yield syntaxIssue(source, tree.offset, tree.message);
      else {
        const origin = new Origin(source, 'yaml', start, index, []);
        yield { tree, origin, duplicates, format: 'yaml' };
      }
      if (onlyFirst) return;
      index++;
    }
  } catch (error) {
    // The YAML library has no limit of its own on nesting.
    if (!(error instanceof RangeError)) throw error;
    yield syntaxIssue(source, 0, 'nested too deeply');
  }
}

function syntaxIssue(source: Source, offset: number, message: string): Issue {
  return {
    code: 'ERR_MANIFEST_SYNTAX',
    path: '',
    message,
    position: source.position(Math.min(offset, source.text.length)),
  };
}

/** Takes a list (`kind: List`, or a typed one such as PodList) apart; undefined for anything else. */
export function listItems(document: RawDocument): RawDocument[] | undefined {
  const { tree, origin } = document;
  if (!(tree instanceof Mapping)) return undefined;
  const kind = tree.get('kind');
  const items = tree.get('items');
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return undefined;
  const apiVersion = tree.get('apiVersion') ?? null;
  const documents: RawDocument[] = [];
  for (const [index, item] of items.entries()) {
    if (!(item instanceof Mapping)) continue;
    if (kind !== 'List') addMissing(item, { apiVersion, kind: kind.slice(0, -4) });
    const place = origin.item(['items', index], item);
    documents.push({ ...document, tree: item, origin: place, duplicates: [] });
  }
  return documents;
}

// Items of a typed list may leave out what the list says.
function addMissing(item: Mapping, fields: Readonly<Record<string, Tree>>): void {
  for (const [key, value] of Object.entries(fields)) {
    if (item.get(key) !== undefined) continue;
    item.keys.push(key);
    item.values.push(value);
  }
}
