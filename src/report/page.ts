// The pages of reports, which open offline: one shell with style, colours and the chart library inside, and the data as
// JSON, escaped so that no name can end the script.

/** Colours of curves, told apart by the colour-blind too (after Okabe and Ito, 2008), on light and on dark ground. */
export const COLORS = {
  light: ['#0072b2', '#d55e00', '#009e73', '#c2609a', '#b58900', '#3fa0d8', '#6b6b6b', '#7b3f00'],
  dark: ['#4aa8e8', '#f0802b', '#1fc498', '#e394c0', '#f0c000', '#a5dcff', '#b0b0b0', '#c98a54'],
} as const;

/** Colours of axes and their texts. */
export const INKS = { light: '#5b6b7b', dark: '#9aa8b6' } as const;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5b6b7b; --line: #d9e0e7; --card: #ffffff; --back: #f4f6f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa8b6; --line: #2d3843; --card: #18212b; --back: #0f161d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 24px; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; } h2 { margin: 0; font-size: 15px; }
p { margin: 2px 0 0; color: var(--soft); } code { font-size: 13px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 12px; margin: 20px 0; }
.tile, figure, table { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile { padding: 12px 14px; } .tile h2 { font-weight: 500; color: var(--soft); } .tile b { font-size: 26px; } .tile p { font-size: 13px; }
figure { margin: 16px 0; padding: 14px; overflow-x: auto; } .chart { height: 340px; }
table { width: 100%; border-collapse: collapse; margin: 8px 0 16px; } th, td { text-align: left; padding: 6px 12px; border-top: 1px solid var(--line); font-size: 14px; } th { border-top: 0; color: var(--soft); font-weight: 500; }
figure table { border: 0; margin: 8px 0 0; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } th.number, td.number { padding: 6px 6px; font-size: 13px; }
`;

// What all pages draw with: `data` stands before it, what draws the page's own pictures behind.
const SCRIPT = `
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const theme = dark ? 'dark' : 'light';
const ink = ${JSON.stringify(INKS)}[theme];
const colors = ${JSON.stringify(COLORS)}[theme];
const base = { color: colors, textStyle: { color: ink }, animation: false, grid: { left: 60, right: 24, top: 44, bottom: 60 }, legend: { type: 'scroll', top: 4, textStyle: { color: ink } }, tooltip: { trigger: 'axis' } };
const escape = (name) => name.replace(/[&<>]/g, (c) => '&#' + c.charCodeAt(0) + ';');
const draw = (id, option) => { const el = document.getElementById(id); const c = echarts.init(el, null, { renderer: 'canvas' }); c.setOption(option); addEventListener('resize', () => c.resize()); };
`;

export interface Page {
  readonly title: string;
  /** HTML; what comes from a scenario is escaped already. */
  readonly body: string;
  /** What the script knows as `data`. */
  readonly data: unknown;
  /** Draws the page's pictures. */
  readonly script: string;
  /** Source text of ECharts, handed in because only the command line reads files. */
  readonly chartLibrary: string;
}

/** A page as one text. */
export function htmlPage({ title, body, data, script, chartLibrary }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
<script>${chartLibrary.replaceAll('</script', '<\\/script')}</script>
<script>const data = ${scriptJson(data)};
${SCRIPT}${script}</script>
</body>
</html>
`;
}

/** A picture with its title and a sentence; `more` is HTML below it. */
export function figure(id: string, title: string, note: string, more = ''): string {
  return `<figure><figcaption><h2>${escapeHtml(title)}</h2><p>${escapeHtml(note)}</p></figcaption><div id="${id}" class="chart"></div>${more}</figure>`;
}

/** A table; texts are escaped here, numbers stand at the right. */
export function htmlTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  areNumbers: (column: number) => boolean = () => false,
): string {
  const cells = (tag: string, texts: readonly (string | number)[]) =>
    texts
      .map((text, column) => {
        const attribute = areNumbers(column) ? ' class="number"' : '';
        return `<${tag}${attribute}>${escapeHtml(`${text}`)}</${tag}>`;
      })
      .join('');
  const lines = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<table><thead><tr>${cells('th', head)}</tr></thead><tbody>${lines}</tbody></table>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** JSON that is safe inside a script element. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
