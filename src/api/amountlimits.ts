// Amounts that no scheduler can count. Kubernetes accepts a quantity such as 9e99 and lets it wrap around
// when it counts with it (64 bits); what a user meant by it can only be asked.

import type { Field, Shape } from './fields/field.js';
import type { Draft } from './object.js';
import { Quantity } from './quantity.js';
import type { Step } from './tree.js';

const COUNTABLE_MAX = Quantity.parse('9223372036854775807');
const COUNTABLE_MIN = Quantity.parse('-9223372036854775807');

/** The amounts of an object that need more than 64 bits, with their paths. */
export function findUncountable(object: Draft, { shape }: Field): { path: Step[]; text: string }[] {
  const found: { path: Step[]; text: string }[] = [];
  visit(object, shape, [], found);
  return found;
}

function visit(
  value: unknown,
  shape: Shape,
  path: Step[],
  found: { path: Step[]; text: string }[],
): void {
  if (value === undefined || value === null) return;
  switch (shape.type) {
    case 'quantity':
      if (isUncountable(String(value))) found.push({ path, text: String(value) });
      break;
    case 'list':
      (value as unknown[]).forEach((item, index) => {
        visit(item, shape.item.shape, [...path, index], found);
      });
      break;
    case 'map':
      if (shape.item.shape.type === 'text') break;
      for (const [key, item] of Object.entries(value)) {
        visit(item, shape.item.shape, [...path, key], found);
      }
      break;
    case 'object':
      for (const [name, field] of shape.fields()) {
        visit((value as Draft)[name], field.shape, [...path, name], found);
      }
  }
}

function isUncountable(text: string): boolean {
  // 17 characters hold no more than 64 bits unless there is an exponent or a large suffix.
  if (text.length < 17 && !/[eEPT]/.test(text)) return false;
  const quantity = Quantity.parse(text);
  return quantity.compare(COUNTABLE_MAX) > 0 || quantity.compare(COUNTABLE_MIN) < 0;
}
