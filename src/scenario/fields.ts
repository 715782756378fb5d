// Which fields a place of a scenario may have, from the JSON Schema of the format: for near names in complaints.

import type { Step } from './document.js';
import type { Schema } from './reference.js';
import { scenarioJsonSchema } from './schema.js';

/** Names of the fields at a path, over all forms that may stand there. */
export function fieldsAt(path: readonly Step[]): string[] {
  const names = schemasAt(path).flatMap(({ properties }) => Object.keys(properties ?? {}));
  return [...new Set(names)];
}

/** The schemas that a value at a path may follow: the field's own first, then its forms. */
export function schemasAt(path: readonly Step[]): Schema[] {
  const root = scenarioJsonSchema() as Schema;
  let found = formsOf(root, root);
  for (const step of path) {
    found = found
      .flatMap((schema) => innerOf(schema, step) ?? [])
      .flatMap((schema) => formsOf(schema, root));
  }
  return found;
}

function innerOf(schema: Schema, step: Step): Schema | undefined {
  if (typeof step === 'number') return schema.items;
  const { properties = {}, additionalProperties } = schema;
  if (Object.hasOwn(properties, step)) return properties[step];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function formsOf(schema: Schema, root: Schema): Schema[] {
  const part = root.$defs?.[schema.$ref?.split('/').at(-1) ?? ''];
  const forms = [...(part ? [part] : []), ...(schema.anyOf ?? [])];
  return [schema, ...forms.flatMap((form) => formsOf(form, root))];
}
