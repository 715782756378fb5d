// JSON for machines and for diffs: two spaces, keys in the order of their definition.

/** The text of a result, with a line end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? `${item}` : item), 2)}\n`;
}
