// Numbers and tables of the pages of results.

export function fixed(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(2);
}

export function signedText(value: number): string {
  return `${Number(value.toFixed(2)) < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
