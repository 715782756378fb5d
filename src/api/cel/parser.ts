// Reads tokens into a syntax tree: recursive descent with the precedence of the CEL grammar. After
// a mistake it goes on as if the missing token were there, because a macro misused further to the
// left comes first in the answer.

import {
  type CallNode,
  callNode,
  literalNode,
  type MapEntryNode,
  type MessageNode,
  type Node,
} from './ast.js';
import { readTokens, type Token } from './lexer.js';
import {
  readBytesLiteral,
  readDoubleLiteral,
  readIntLiteral,
  readStringLiteral,
  readUintLiteral,
} from './literal.js';
import { MacroExpander, type MacroSet } from './macros.js';
import type { Problems } from './problem.js';
import { isMark, TokenReader } from './tokenreader.js';
import { DYN } from './type.js';

/** Longer texts are refused unread. */
const CODE_POINTS_MAX = 100_000;
/** How often a rule of the grammar may stand within itself. */
const NESTING_MAX = 250;
/** Levels of the tree; chains nested to their left reach this without passing the limit above. */
const TREE_DEPTH_MAX = 1000;

const RESERVED = new Set([
  ...['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let'],
  ...['loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
]);
/** What an operand may begin with, in the words of upstream's parser. */
const OPERAND_TOKENS =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const PRECEDENCE: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2 };
const RELATIONS = new Set(['<', '<=', '>', '>=', '==', '!=', 'in']);

/** What of the syntax depends on the environment. */
export interface SyntaxOptions extends MacroSet {
  quotedIdents: boolean;
}

/** A parsed expression. */
export interface ParsedExpression {
  root: Node;
  /** Local variables of all macros. */
  slotCount: number;
}

/** Parses an expression; what is wrong goes to `problems`. */
export function parseExpression(
  source: string,
  options: SyntaxOptions,
  problems: Problems,
): ParsedExpression {
  if (source.length > CODE_POINTS_MAX && [...source].length > CODE_POINTS_MAX) {
    problems.report('syntax', 0, `expression code point size exceeds limit: ${CODE_POINTS_MAX}`);
    return { root: broken(0), slotCount: 0 };
  }
  const macros = new MacroExpander(options, problems);
  const parser = new Parser(readTokens(source, options.quotedIdents, problems), macros, problems);
  return { root: parser.parseAll(), slotCount: macros.slotCount };
}

class TooDeep extends Error {}

type Rule = 'expression' | 'relation' | 'sum' | 'member';

class Parser extends TokenReader {
  private readonly macros: MacroExpander;
  private readonly depths: Record<Rule, number> = { expression: 0, relation: 0, sum: 0, member: 0 };
  private readonly levels = new WeakMap<Node, number>();

  constructor(tokens: readonly Token[], macros: MacroExpander, problems: Problems) {
    super(tokens, problems);
    this.macros = macros;
  }

  parseAll(): Node {
    try {
      const root = this.parseExpression();
      const rest = this.token;
      if (rest.kind !== 'end') this.fail(rest, `mismatched input '${rest.text}' expecting <EOF>`);
      return root;
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error;
      this.problems.report('syntax', 0, `expression recursion limit exceeded: ${NESTING_MAX}`);
      return broken(0);
    }
  }

  private enter(rule: Rule): void {
    if (++this.depths[rule] > NESTING_MAX) throw new TooDeep();
  }

  /** Notes how deep a new node is. */
  private grown(node: Node, ...children: readonly Node[]): Node {
    let level = 0;
    for (const child of children) level = Math.max(level, this.levels.get(child) ?? 0);
    if (level >= TREE_DEPTH_MAX) throw new TooDeep();
    this.levels.set(node, level + 1);
    return node;
  }

  private parseExpression(): Node {
    this.enter('expression');
    let node = this.parseLogic('||');
    if (this.is('?')) {
      const { at } = this.take();
      const yes = this.parseLogic('||');
      this.expect(':');
      const no = this.parseExpression();
      const condition = node;
      const conditional: Node = { kind: 'conditional', at, type: DYN, condition, yes, no };
      node = this.grown(conditional, condition, yes, no);
    }
    this.depths.expression--;
    return node;
  }

  private parseLogic(operator: '||' | '&&'): Node {
    const first = operator === '||' ? this.parseLogic('&&') : this.parseRelation();
    if (!this.is(operator)) return first;
    const { at } = this.token;
    const terms = [first];
    while (this.takeIf(operator)) {
      terms.push(operator === '||' ? this.parseLogic('&&') : this.parseRelation());
    }
    return this.grown({ kind: 'logic', at, type: DYN, operator, terms }, ...terms);
  }

  private parseRelation(): Node {
    let entered = 1;
    this.enter('relation');
    let left = this.parseSum();
    while (RELATIONS.has(this.token.text) && isOperator(this.token)) {
      this.enter('relation');
      entered++;
      const { text, at } = this.take();
      const right = this.parseSum();
      const name = text === 'in' ? '@in' : `_${text}_`;
      left = this.grown(callNode(at, name, [left, right]), left, right);
    }
    this.depths.relation -= entered;
    return left;
  }

  /** Sums and products are one rule of the grammar, which begins anew for a right operand. */
  private parseSum(precedenceMin = 1): Node {
    let entered = 1;
    this.enter('sum');
    let left = this.parseUnary();
    for (;;) {
      const precedence = isOperator(this.token) ? (PRECEDENCE[this.token.text] ?? 0) : 0;
      if (precedence < precedenceMin) break;
      this.enter('sum');
      entered++;
      const { text, at } = this.take();
      const right = this.parseSum(precedence + 1);
      left = this.grown(callNode(at, `_${text}_`, [left, right]), left, right);
    }
    this.depths.sum -= entered;
    return left;
  }

  private parseUnary(): Node {
    const sign = this.token.text;
    if (!isOperator(this.token) || (sign !== '!' && sign !== '-')) return this.parseMember();
    if (sign === '-' && isNumber(this.peek(1))) return this.parseMember();
    const { at } = this.token;
    let count = 0;
    while (this.is(sign)) {
      this.next++;
      count++;
    }
    const operand = this.parseMember();
    if (count % 2 === 0) return operand;
    return this.grown(callNode(at, sign === '!' ? '!_' : '-_', [operand]), operand);
  }

  private parseMember(): Node {
    let entered = 1;
    this.enter('member');
    let node = this.parsePrimary();
    while (this.is('.') || this.is('[')) {
      this.enter('member');
      entered++;
      node = this.is('.') ? this.parseField(node) : this.parseIndex(node);
    }
    this.depths.member -= entered;
    return node;
  }

  private parseField(operand: Node): Node {
    const { at } = this.take();
    const isOptional = this.takeIf('?');
    const name = this.token;
    if (name.kind === 'quotedIdent') {
      this.next++;
      return this.select(at, operand, name.text.slice(1, -1), isOptional);
    }
    if (name.kind !== 'ident') {
      this.fail(name, `mismatched input '${name.text}' expecting IDENTIFIER`);
      return broken(at);
    }
    this.next++;
    if (isOptional || !this.is('(')) return this.select(at, operand, name.text, isOptional);
    const open = this.take();
    const args = this.parseArguments();
    const expanded = this.macros.expand(open.at, operand, name.text, args);
    return this.grown(expanded ?? callNode(open.at, name.text, args, operand), operand, ...args);
  }

  private select(at: number, operand: Node, field: string, isOptional: boolean): Node {
    const mode = isOptional ? 'optional' : 'field';
    return this.grown({ kind: 'select', at, type: DYN, operand, field, mode }, operand);
  }

  private parseIndex(operand: Node): Node {
    const { at } = this.take();
    const name = this.takeIf('?') ? '_[?_]' : '_[_]';
    const index = this.parseExpression();
    this.expect(']');
    return this.grown(callNode(at, name, [operand, index]), operand, index);
  }

  /** Arguments behind `(`, with the closing bracket. */
  private parseArguments(): Node[] {
    const args: Node[] = [];
    if (this.takeIf(')')) return args;
    do args.push(this.parseExpression());
    while (this.takeIf(','));
    this.expect(')');
    return args;
  }

  private parsePrimary(): Node {
    const token = this.token;
    if (token.kind === 'ident' || (this.is('.') && this.peek(1).kind === 'ident')) {
      return this.parseName();
    }
    if (token.kind === 'punctuation') return this.parseBracketed(token);
    if (token.kind === 'keyword' && token.text !== 'in') {
      this.next++;
      return literalNode(token.at, token.text === 'null' ? null : token.text === 'true');
    }
    return this.parseLiteral(token);
  }

  private parseBracketed(token: Token): Node {
    switch (token.text) {
      case '(': {
        this.next++;
        const node = this.parseExpression();
        this.expect(')');
        return node;
      }
      case '[':
        return this.parseList();
      case '{':
        return this.parseMap();
      case '-':
        if (isNumber(this.peek(1))) return this.parseLiteral(token);
    }
    return this.unreadable(token);
  }

  private unreadable(token: Token): Node {
    this.fail(token, `mismatched input '${token.text}' expecting ${OPERAND_TOKENS}`);
    return broken(token.at);
  }

  private parseList(): Node {
    const { at } = this.take();
    const elements: Node[] = [];
    const optionals = new Set<number>();
    while (!this.is(']')) {
      if (this.takeIf('?')) optionals.add(elements.length);
      elements.push(this.parseExpression());
      if (!this.takeIf(',')) break;
    }
    this.expect(']');
    return this.grown({ kind: 'list', at, type: DYN, elements, optionals }, ...elements);
  }

  private parseMap(): Node {
    const { at } = this.take();
    const entries: MapEntryNode[] = [];
    while (!this.is('}')) {
      const optional = this.takeIf('?');
      const key = this.parseExpression();
      this.expect(':');
      entries.push({ key, value: this.parseExpression(), optional });
      if (!this.takeIf(',')) break;
    }
    this.expect('}');
    const children = entries.flatMap(({ key, value }) => [key, value]);
    return this.grown({ kind: 'map', at, type: DYN, entries }, ...children);
  }

  private parseName(): Node {
    const isRooted = this.takeIf('.');
    const token = this.token;
    if (this.startsMessage()) return this.parseMessage();
    this.next++;
    if (RESERVED.has(token.text)) {
      this.problems.report('syntax', token.at, `reserved identifier: ${token.text}`);
      return broken(token.at);
    }
    const name = isRooted ? `.${token.text}` : token.text;
    if (!this.is('(')) return { kind: 'ident', at: token.at, type: DYN, name };
    const open = this.take();
    const args = this.parseArguments();
    const expanded = isRooted ? undefined : this.macros.expand(open.at, undefined, name, args);
    const call: CallNode = callNode(open.at, token.text, args);
    return this.grown(expanded ?? call, ...args);
  }

  private startsMessage(): boolean {
    let ahead = 1;
    while (isMark(this.peek(ahead), '.') && this.peek(ahead + 1).kind === 'ident') ahead += 2;
    return isMark(this.peek(ahead), '{');
  }

  private parseMessage(): Node {
    let name = this.take().text;
    while (this.takeIf('.')) name += `.${this.take().text}`;
    const { at } = this.take();
    const fields: MessageNode['fields'] = [];
    while (!this.is('}')) {
      const optional = this.takeIf('?');
      const field = this.take();
      if (field.kind !== 'ident') {
        this.fail(field, `mismatched input '${field.text}' expecting IDENTIFIER`);
        break;
      }
      this.expect(':');
      fields.push({ name: field.text, at: field.at, value: this.parseExpression(), optional });
      if (!this.takeIf(',')) break;
    }
    this.expect('}');
    const children = fields.map(({ value }) => value);
    return this.grown({ kind: 'message', at, type: DYN, name, fields }, ...children);
  }

  private parseLiteral(token: Token): Node {
    const isNegative = this.takeIf('-');
    const { kind, text } = this.token;
    const { at } = token;
    switch (kind) {
      case 'int':
        this.next++;
        return this.checked(at, readIntLiteral(text, isNegative), 'invalid int literal');
      case 'uint':
        this.next++;
        return this.checked(at, readUintLiteral(text), 'invalid uint literal');
      case 'double': {
        this.next++;
        const value = readDoubleLiteral(text);
        const signed = value === undefined || !isNegative ? value : -value;
        return this.checked(at, signed, 'invalid double literal');
      }
      case 'string': {
        this.next++;
        const read = readStringLiteral(text);
        if ('value' in read) return literalNode(at, read.value);
        return this.checked(at, undefined, read.error);
      }
      case 'bytes':
        this.next++;
        return this.checked(at, readBytesLiteral(text), 'unable to unescape string');
      default:
        return this.unreadable(token);
    }
  }

  private checked(
    at: number,
    value: Parameters<typeof literalNode>[1] | undefined,
    text: string,
  ): Node {
    if (value !== undefined) return literalNode(at, value);
    this.problems.report('literal', at, text);
    return broken(at);
  }
}

function broken(at: number): Node {
  return { kind: 'broken', at, type: DYN };
}

function isOperator(token: Token): boolean {
  return token.kind === 'punctuation' || token.kind === 'keyword';
}

function isNumber(token: Token): boolean {
  return token.kind === 'int' || token.kind === 'double';
}
