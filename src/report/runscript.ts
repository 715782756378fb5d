// The script of a run's page: use, pods, waits and occupancy, drawn from the data beside it. A plain text that goes into
// the page as it is.

export const RUN_SCRIPT = `
const points = (c, one) => one.values.map((v, i) => [c.times[i], v]);
const line = (c) => c.curves.map((one) => ({ name: one.name, type: 'line', showSymbol: false, step: 'end', data: points(c, one) }));
const time = (c) => ({ type: 'value', name: c.unit, nameLocation: 'middle', nameGap: 26, min: 0, max: c.end });
// One strip a curve: many in one picture hide each other.
const strips = (id, c, y) => {
  const strip = 56, gap = 26, last = c.curves.length - 1;
  document.getElementById(id).style.height = 40 + c.curves.length * (strip + gap) + 'px';
  draw(id, { ...base, legend: undefined,
    tooltip: { trigger: 'axis', formatter: (p) => p.map((q) => escape(c.curves[q.seriesIndex].name) + ': ' + (q.value[1] === null ? 'none' : q.value[1].toFixed(1) + '%') + ' from ' + q.value[0] + ' ' + c.unit).join('<br>') },
    title: c.curves.map((one, i) => ({ text: one.name, left: 56, top: i * (strip + gap) - 2, textStyle: { fontSize: 12, fontWeight: 500, color: ink } })),
    grid: c.curves.map((_, i) => ({ left: 60, right: 24, top: i * (strip + gap) + 20, height: strip })),
    xAxis: c.curves.map((_, i) => ({ ...time(c), gridIndex: i, name: i === last ? c.unit : '', axisLabel: { show: i === last }, splitLine: { show: false } })),
    yAxis: c.curves.map((_, i) => ({ type: 'value', gridIndex: i, min: 0, ...y, axisLabel: { formatter: '{value}%' } })),
    dataZoom: [{ type: 'inside', xAxisIndex: c.curves.map((_, i) => i) }],
    series: c.curves.map((one, i) => ({ name: one.name, type: 'line', xAxisIndex: i, yAxisIndex: i, showSymbol: false, step: 'end', lineStyle: { width: 1 }, areaStyle: { opacity: 0.35 }, data: points(c, one) })) });
};
strips('use', data.use, { max: 100, interval: 50 });
if (data.fragmentation.curves.length > 0) strips('fragmentation', data.fragmentation, { splitNumber: 2 });
draw('pods', { ...base, xAxis: time(data.pods), yAxis: { type: 'value', name: 'pods' }, dataZoom: [{ type: 'inside' }], series: line(data.pods) });
if (data.power.curves.length > 0) draw('power', { ...base, legend: undefined, xAxis: time(data.power), yAxis: { type: 'value', name: 'kW' }, dataZoom: [{ type: 'inside' }], series: line(data.power) });
draw('waits', { ...base, tooltip: { trigger: 'item', formatter: (p) => escape(p.seriesName) + ': ' + p.value[1] + '% within ' + p.value[0].toFixed(3) + ' s' }, xAxis: { type: 'log', name: 'seconds', nameLocation: 'middle', nameGap: 26 }, yAxis: { type: 'value', name: '% of pods', max: 100 }, series: data.waits.map((w) => ({ name: w.name, type: 'line', showSymbol: true, symbolSize: 4, data: w.points })) });
draw('map', { ...base, legend: undefined, tooltip: { trigger: 'item', formatter: (p) => escape(data.map.nodes[p.value[0]] + ' ' + data.map.cells[p.dataIndex][3]) + ': ' + p.value[2] + '%' }, grid: { left: 60, right: 90, top: 30, bottom: 60 }, xAxis: { type: 'category', data: data.map.nodes, axisLabel: { hideOverlap: true } }, yAxis: { type: 'category', name: 'device', data: Array.from({ length: data.map.width }, (_, i) => i) }, visualMap: { min: 0, max: 100, calculable: true, orient: 'vertical', right: 4, top: 'middle', text: ['100%', '0%'], textStyle: { color: ink }, inRange: { color: dark ? ['#1d2935', '#1f5f8b', '#3fb0e0', '#ffe08a'] : ['#eef3f7', '#9cc7e8', '#2f7ed8', '#12355b'] } }, series: [{ type: 'heatmap', data: data.map.cells.map((c) => [c[0], c[1], c[2]]), progressive: 2000 }] });
`;
