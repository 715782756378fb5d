// The reference of scenario files, made from their JSON Schema: one row a field, and one table for each part
// that occurs in several places.

/** The parts of a JSON Schema that scenario files use. */
export interface Schema {
  $ref?: string;
  description?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  $defs?: Record<string, Schema>;
}

interface Row {
  path: string;
  type: string;
  description: string;
}

/** The reference as Markdown tables, without a title. */
export function referenceMarkdown(schema: object): string {
  const root = schema as Schema;
  const rows: Row[] = [];
  addFields(rows, root, '', root);
  const parts = [table(rows)];
  for (const [name, part] of Object.entries(root.$defs ?? {})) {
    const own: Row[] = [];
    addFields(own, part, '', root);
    if (own.length === 0) addChoices(own, part, root);
    parts.push(`### ${name}\n\n${part.description ? `${part.description}\n\n` : ''}${table(own)}`);
  }
  return parts.join('\n');
}

/** Adds a row for every field below a schema; parts with a name of their own are only named. */
function addFields(rows: Row[], schema: Schema, prefix: string, root: Schema): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const isNeeded = (schema.required ?? []).includes(name) && field.default === undefined;
    rows.push({
      path: isNeeded ? `**${path}**` : path,
      type: typeOf(field, root),
      description: describe(field, root),
    });
    addInner(rows, field, path, root);
  }
}

function addInner(rows: Row[], field: Schema, path: string, root: Schema): void {
  if (field.properties) addFields(rows, field, path, root);
  if (field.items?.properties) addFields(rows, field.items, `${path}[]`, root);
  const branches = (field.anyOf ?? []).filter((branch) => branch.properties);
  for (const branch of branches) addFields(rows, branch, path, root);
}

/** Parts that are one of several forms have a row a form. */
function addChoices(rows: Row[], part: Schema, root: Schema): void {
  for (const branch of part.anyOf ?? [part]) {
    if (!branch.properties) {
      rows.push({ path: '', type: typeOf(branch, root), description: branch.description ?? '' });
      continue;
    }
    addFields(rows, branch, '', root);
  }
}

function resolve(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (root.$defs?.[name] ?? schema);
}

function typeOf(schema: Schema, root: Schema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1)!;
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(' or ');
  if (schema.anyOf) {
    return [...new Set(schema.anyOf.map((branch) => typeOf(branch, root)))].join(' or ');
  }
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {}, root)}`;
  if (schema.type === 'object' && !schema.properties) {
    const { additionalProperties: value } = schema;
    return typeof value === 'object' && Object.keys(value).length > 0
      ? `map to ${typeOf(value, root)}`
      : 'object';
  }
  if (schema.type === 'string' && schema.pattern?.includes('us|ms')) return 'duration';
  return schema.type ?? 'anything';
}

function describe(schema: Schema, root: Schema): string {
  const text = schema.description ?? resolve(schema, root).description ?? '';
  const preset = schema.default;
  const isPlain = preset !== undefined && typeof preset !== 'object';
  return isPlain ? `${text} Default \`${preset}\`.`.trim() : text;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ path, type, description }) =>
    `| ${path} | ${type} | ${description} |`.replaceAll('  ', ' '),
  );
  return `| field | type | meaning |\n|---|---|---|\n${lines.join('\n')}\n`;
}
