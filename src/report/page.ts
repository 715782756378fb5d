// Style and script of the report page: plain texts that go into the page as they are.

export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5b6b7b; --line: #d9e0e7; --card: #ffffff; --back: #f4f6f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa8b6; --line: #2d3843; --card: #18212b; --back: #0f161d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 24px; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; } h2 { margin: 0; font-size: 15px; }
p { margin: 2px 0 0; color: var(--soft); } code { font-size: 13px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 12px; margin: 20px 0; }
.tile, figure, table { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile { padding: 12px 14px; } .tile h2 { font-weight: 500; color: var(--soft); } .tile b { font-size: 26px; } .tile p { font-size: 13px; }
figure { margin: 16px 0; padding: 14px; } .chart { height: 340px; }
table { width: 100%; border-collapse: collapse; margin: 8px 0 16px; } th, td { text-align: left; padding: 6px 12px; border-top: 1px solid var(--line); font-size: 14px; } th { border-top: 0; color: var(--soft); font-weight: 500; }
`;

export const PAGE_SCRIPT = `
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const ink = dark ? '#9aa8b6' : '#5b6b7b';
const colors = ['#2f7ed8', '#e07b39', '#3a9d6e', '#b5529c', '#c9a227', '#5a6acf', '#c4483f', '#2aa1b3'];
const base = { color: colors, textStyle: { color: ink }, animation: false, grid: { left: 60, right: 24, top: 44, bottom: 60 }, legend: { type: 'scroll', top: 4, textStyle: { color: ink } }, tooltip: { trigger: 'axis' } };
const escape = (name) => name.replace(/[&<>]/g, (c) => '&#' + c.charCodeAt(0) + ';');
const points = (c, one) => one.values.map((v, i) => [c.times[i], v]);
const line = (c) => c.curves.map((one) => ({ name: one.name, type: 'line', showSymbol: false, step: 'end', data: points(c, one) }));
const time = (c) => ({ type: 'value', name: c.unit, nameLocation: 'middle', nameGap: 26, min: 0, max: c.end });
const draw = (id, option) => { const el = document.getElementById(id); const c = echarts.init(el, null, { renderer: 'canvas' }); c.setOption(option); addEventListener('resize', () => c.resize()); };
// One strip a kind: curves of many kinds in one picture hide each other.
const strip = 56, gap = 26, strips = data.use.curves.length;
document.getElementById('use').style.height = 40 + strips * (strip + gap) + 'px';
draw('use', { ...base, legend: undefined,
  tooltip: { trigger: 'axis', formatter: (p) => p.map((q) => escape(data.use.curves[q.seriesIndex].name) + ': ' + q.value[1].toFixed(1) + '% from ' + q.value[0] + ' ' + data.use.unit).join('<br>') },
  title: data.use.curves.map((one, i) => ({ text: one.name, left: 56, top: i * (strip + gap) - 2, textStyle: { fontSize: 12, fontWeight: 500, color: ink } })),
  grid: data.use.curves.map((_, i) => ({ left: 60, right: 24, top: i * (strip + gap) + 20, height: strip })),
  xAxis: data.use.curves.map((_, i) => ({ ...time(data.use), gridIndex: i, name: i === strips - 1 ? data.use.unit : '', axisLabel: { show: i === strips - 1 }, splitLine: { show: false } })),
  yAxis: data.use.curves.map((_, i) => ({ type: 'value', gridIndex: i, min: 0, max: 100, interval: 50, axisLabel: { formatter: '{value}%' } })),
  dataZoom: [{ type: 'inside', xAxisIndex: data.use.curves.map((_, i) => i) }],
  series: data.use.curves.map((one, i) => ({ name: one.name, type: 'line', xAxisIndex: i, yAxisIndex: i, showSymbol: false, step: 'end', lineStyle: { width: 1 }, areaStyle: { opacity: 0.35 }, data: points(data.use, one) })) });
draw('pods', { ...base, xAxis: time(data.pods), yAxis: { type: 'value', name: 'pods' }, dataZoom: [{ type: 'inside' }], series: line(data.pods) });
draw('waits', { ...base, tooltip: { trigger: 'item', formatter: (p) => escape(p.seriesName) + ': ' + p.value[1] + '% within ' + p.value[0].toFixed(3) + ' s' }, xAxis: { type: 'log', name: 'seconds', nameLocation: 'middle', nameGap: 26 }, yAxis: { type: 'value', name: '% of pods', max: 100 }, series: data.waits.map((w) => ({ name: w.name, type: 'line', showSymbol: true, symbolSize: 4, data: w.points })) });
draw('map', { ...base, legend: undefined, tooltip: { trigger: 'item', formatter: (p) => escape(data.map.nodes[p.value[0]] + ' ' + data.map.cells[p.dataIndex][3]) + ': ' + p.value[2] + '%' }, grid: { left: 60, right: 90, top: 30, bottom: 60 }, xAxis: { type: 'category', data: data.map.nodes, axisLabel: { hideOverlap: true } }, yAxis: { type: 'category', name: 'device', data: Array.from({ length: data.map.width }, (_, i) => i) }, visualMap: { min: 0, max: 100, calculable: true, orient: 'vertical', right: 4, top: 'middle', text: ['100%', '0%'], textStyle: { color: ink }, inRange: { color: dark ? ['#1d2935', '#1f5f8b', '#3fb0e0', '#ffe08a'] : ['#eef3f7', '#9cc7e8', '#2f7ed8', '#12355b'] } }, series: [{ type: 'heatmap', data: data.map.cells.map((c) => [c[0], c[1], c[2]]), progressive: 2000 }] });
`;
