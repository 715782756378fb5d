// The attributes and capacities of a device that an expression speaks of by name, for explanations: what an
// expression says no to is understood by the values that it saw.

import type { Node } from './ast.js';

/** The driver, or an attribute or capacity by its domain and id, as expressions name it. */
export type Mention =
  | { readonly of: 'attributes' | 'capacity'; readonly domain: string; readonly id: string }
  | { readonly of: 'driver' };

/** What a checked expression mentions, in order of first mention. */
export function mentionsIn(root: Node): Mention[] {
  const found = new Map<string, Mention>();
  visit(root, (node) => {
    const mention = mentionOf(node);
    if (mention) found.set(JSON.stringify(mention), mention);
  });
  return [...found.values()];
}

function visit(node: Node, callback: (node: Node) => void): void {
  callback(node);
  const visitValue = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visitValue);
    else if (isNode(value)) visit(value, callback);
    else if (isPart(value)) Object.values(value).forEach(visitValue);
  };
  for (const [key, value] of Object.entries(node)) if (key !== 'type') visitValue(value);
}

function isNode(value: unknown): value is Node {
  return isPart(value) && typeof value['kind'] === 'string' && typeof value['at'] === 'number';
}

/** Entries of map literals and the like, which are no nodes themselves. */
function isPart(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function mentionOf(node: Node): Mention | null {
  const outer = accessOf(node);
  if (outer?.key === 'driver' && outer.operand.kind === 'ident') return { of: 'driver' };
  const inner = outer && accessOf(outer.operand);
  const top = inner && accessOf(inner.operand);
  if (!outer || !inner || !top || top.operand.kind !== 'ident') return null;
  if (top.key !== 'attributes' && top.key !== 'capacity') return null;
  return { of: top.key, domain: inner.key, id: outer.key };
}

/** `operand.key`, `operand["key"]` and their optional forms. */
function accessOf(node: Node): { operand: Node; key: string } | null {
  if (node.kind === 'select') return { operand: node.operand, key: node.field };
  if (node.kind !== 'call' || (node.name !== '_[_]' && node.name !== '_[?_]')) return null;
  const [operand, key] = node.args;
  if (key?.kind !== 'literal' || typeof key.value !== 'string' || !operand) return null;
  return { operand, key: key.value };
}
