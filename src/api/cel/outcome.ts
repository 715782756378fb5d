// The result of an expression as a yes or no, with upstream's words for what is neither.

import { Fault, Optional, type Result, typeName, type Value } from './value.js';

/** Turns the result of an expression into the answer of a selector. */
export function outcomeOf(result: Result): { match: boolean } | { runtimeError: string } {
  if (typeof result === 'boolean') return { match: result };
  if (result instanceof Fault) return { runtimeError: result.text };
  const inner = result instanceof Optional ? result.value : result;
  if (typeof inner === 'boolean') return { match: inner };
  const reason = inner === undefined ? 'optional.none() dereference' : conversionText(inner);
  const what = `CEL result of type ${typeName(result)}`;
  return { runtimeError: `${what} could not be converted to bool: ${reason}` };
}

function conversionText(value: Value): string {
  const name = typeName(value);
  switch (name) {
    case 'int':
    case 'uint':
      return `unsupported type conversion from '${name}' to bool`;
    case 'string':
      return "unsupported native conversion from string to 'bool'";
    case 'double':
      return "type conversion error from Double to 'bool'";
    case 'bytes':
      return "type conversion error from Bytes to 'bool'";
    case 'list':
    case 'map':
      return "type conversion error from list to 'bool'";
    case 'type':
      return "type conversion not supported for 'type'";
    default:
      return `type conversion error from '${name.slice(name.lastIndexOf('.') + 1)}' to 'bool'`;
  }
}
