// Macros: calls that stand for a piece of the language. A name counts as a macro only with the
// right number of arguments; otherwise it is an ordinary function, which mostly does not exist.

import type { FoldMacro, IdentNode, Node, Variable } from './ast.js';
import type { Problems } from './problem.js';
import { DYN } from './type.js';

/** Which macros an environment has. */
export interface MacroSet {
  /** Macros with index or key and value. */
  twoVariables: boolean;
  sortBy: boolean;
}

/** Turns macro calls into their nodes, for one expression. */
export class MacroExpander {
  private readonly macros: MacroSet;
  private readonly problems: Problems;
  private slots = 0;

  constructor(macros: MacroSet, problems: Problems) {
    this.macros = macros;
    this.problems = problems;
  }

  /** Local variables made so far; each has a slot in the frame. */
  get slotCount(): number {
    return this.slots;
  }

  /** The node that a call stands for, or undefined when it is no macro. */
  expand(at: number, target: Node | undefined, name: string, args: Node[]): Node | undefined {
    if (target === undefined) {
      return name === 'has' && args.length === 1 ? this.expandHas(at, args[0]!) : undefined;
    }
    if (name === 'bind' && args.length === 3 && isCelName(target)) {
      return this.expandBind(at, args);
    }
    switch (args.length) {
      case 2:
        return this.expandOneVariable(at, target, name, args);
      case 3:
        if (name === 'map') return this.expandMap(at, target, args);
        return this.macros.twoVariables
          ? this.expandTwoVariables(at, target, name, args)
          : undefined;
      case 4:
        return this.macros.twoVariables
          ? this.expandTwoVariables(at, target, name, args)
          : undefined;
      default:
        return undefined;
    }
  }

  private fail(node: Node, text: string): Node {
    if (node.kind !== 'broken') this.problems.report('macro', node.at, text);
    return { kind: 'broken', at: node.at, type: DYN };
  }

  private variable(name: string): Variable {
    return { name, slot: this.slots++, type: DYN };
  }

  private expandHas(at: number, arg: Node): Node {
    if (arg.kind === 'select' && arg.mode === 'field') {
      return { ...arg, at, mode: 'test' };
    }
    return this.fail(arg, 'invalid argument to has() macro');
  }

  private expandBind(at: number, args: Node[]): Node {
    const [name, value, body] = args as [Node, Node, Node];
    if (!isSimpleName(name))
      return this.fail(name, 'cel.bind() variable names must be simple identifiers');
    return { kind: 'bind', at, type: DYN, variable: this.variable(name.name), value, body };
  }

  private expandOneVariable(
    at: number,
    target: Node,
    macro: string,
    args: Node[],
  ): Node | undefined {
    const [name, body] = args as [Node, Node];
    switch (macro) {
      case 'all':
      case 'exists':
      case 'exists_one': {
        if (!isSimpleName(name)) return this.fail(name, 'argument must be a simple name');
        const kind = macro === 'exists_one' ? 'existsOne' : macro;
        return this.fold(at, kind, target, [name], undefined, body);
      }
      case 'map':
        return this.expandMap(at, target, args);
      case 'filter':
        if (!isSimpleName(name)) return this.fail(name, 'argument is not an identifier');
        return this.fold(at, 'map', target, [name], body, copyOf(name));
      case 'optMap':
      case 'optFlatMap': {
        if (!isSimpleName(name)) {
          return this.fail(name, `${macro}() variable name must be a simple identifier`);
        }
        const variable = this.variable(name.name);
        const flat = macro === 'optFlatMap';
        return { kind: 'optMap', at, type: DYN, operand: target, variable, body, flat };
      }
      case 'sortBy': {
        if (!this.macros.sortBy) return undefined;
        if (!isSimpleName(name)) return this.fail(name, 'argument is not an identifier');
        const variable = this.variable(name.name);
        return {
          kind: 'sortBy',
          at,
          type: DYN,
          list: target,
          variable,
          key: body,
          overloads: [],
        };
      }
      default:
        return undefined;
    }
  }

  private expandMap(at: number, target: Node, args: Node[]): Node {
    const name = args[0]!;
    if (!isSimpleName(name)) return this.fail(name, 'argument is not an identifier');
    const filter = args.length === 3 ? args[1] : undefined;
    return this.fold(at, 'map', target, [name], filter, args.at(-1)!);
  }

  private expandTwoVariables(
    at: number,
    target: Node,
    macro: string,
    args: Node[],
  ): Node | undefined {
    const kind = TWO_VARIABLE_MACROS[macro];
    if (kind === undefined) return undefined;
    const canFilter = macro.startsWith('transform');
    if (args.length === 4 && !canFilter) return undefined;
    const names = args.slice(0, 2);
    for (const name of names) {
      if (!isSimpleName(name)) return this.fail(name, 'argument must be a simple name');
    }
    const [first, second] = names as [IdentNode, IdentNode];
    if (first.name === second.name)
      return this.fail(second, `duplicate variable name: ${first.name}`);
    const filter = args.length === 4 ? args[2] : undefined;
    return this.fold(at, kind, target, [first, second], filter, args.at(-1)!);
  }

  private fold(
    at: number,
    macro: FoldMacro,
    range: Node,
    names: IdentNode[],
    filter: Node | undefined,
    body: Node,
  ): Node {
    for (const name of names) {
      if (name.name === '__result__') {
        return this.fail(name, 'iteration variable overwrites accumulator variable');
      }
    }
    const variables = names.map((name) => this.variable(name.name));
    const filtered = filter === undefined ? {} : { filter };
    return { kind: 'fold', at, type: DYN, macro, range, variables, body, ...filtered };
  }
}

const TWO_VARIABLE_MACROS: Readonly<Record<string, FoldMacro | undefined>> = {
  all: 'all',
  exists: 'exists',
  exists_one: 'existsOne',
  existsOne: 'existsOne',
  transformList: 'map',
  transformMap: 'transformMap',
  transformMapEntry: 'transformMapEntry',
};

function isSimpleName(node: Node): node is IdentNode {
  return node.kind === 'ident' && !node.name.includes('.');
}

function isCelName(node: Node): boolean {
  return node.kind === 'ident' && node.name === 'cel';
}

function copyOf(name: IdentNode): Node {
  return { kind: 'ident', at: name.at, type: DYN, name: name.name };
}
