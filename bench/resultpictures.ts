// Pictures of the results page as SVG: curves beside published means, deviations of all cells, what random ties cost.

import { init } from 'echarts';
import { COLORS, INKS } from '../src/report/page.js';
import { type ChartOption, curveChart } from '../src/sweep/charts.js';
import { type CellPair, LISTS, type ListRuns, POINTS_MAX, POLICIES } from './published.js';

const INK = INKS.light;
const WIDTH_PX = 1100;

/** Allocated shares over arrived demand on one list, with the published means as points. */
export function curvesSvg({ comparison, rows }: ListRuns, pairs: readonly CellPair[]): string {
  const option = curveChart(comparison, rows, 'allocationRatio', 'light');
  const points = comparison.strategies.map((strategy, index) => ({
    type: 'scatter',
    symbol: 'diamond',
    symbolSize: 9,
    itemStyle: { color: '#ffffff', borderColor: COLORS.light[index], borderWidth: 1.5 },
    data: pairs
      .filter(({ cell }) => cell.strategy === strategy && cell.metric === 'allocationRatio')
      .map(({ cell, published }) => [cell.arrivedPercent, published.mean]),
    z: 5,
  }));
  const series = [...(option['series'] as object[]), ...points];
  // A picture cannot be moved: the part where policies differ.
  const grid = { ...(option['grid'] as object), bottom: 52 };
  const xAxis = { ...(option['xAxis'] as object), min: 76 };
  const yAxis = { ...(option['yAxis'] as object), min: 76 };
  const clipped = series.map((one) => ({ ...one, clip: true }));
  return svg({ ...option, dataZoom: [], grid, xAxis, yAxis, series: clipped }, 460);
}

/** How far each mean lies from the published one, by list. */
export function deviationsSvg(pairs: readonly CellPair[]): string {
  const step = 1 / (POLICIES.length + 2);
  const series = POLICIES.map((policy, index) => ({
    type: 'scatter',
    name: policy,
    symbolSize: 5,
    // One path for all points of a policy: the file is a tenth as large.
    large: true,
    largeThreshold: 1,
    itemStyle: { opacity: 0.7 },
    data: pairs
      .filter(({ cell }) => cell.strategy === policy)
      .map(({ list, deviation }) => [
        LISTS.indexOf(list) + (index + 1.5) * step,
        Math.round(deviation * 1e3) / 1e3,
      ]),
    ...(index === 0 && {
      markLine: {
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: INK, type: 'dashed' },
        data: [{ yAxis: POINTS_MAX }, { yAxis: -POINTS_MAX }],
      },
    }),
  }));
  return svg(
    {
      legend: { top: 4, textStyle: { color: INK } },
      grid: { left: 60, right: 24, top: 44, bottom: 40 },
      xAxis: [
        { type: 'value', min: 0, max: LISTS.length, interval: 1, axisLabel: { show: false } },
        { ...axis(''), type: 'category', position: 'bottom', data: LISTS },
      ],
      yAxis: { ...axis('points from the published mean'), nameLocation: 'middle', nameGap: 38 },
      series,
    },
    400,
  );
}

/** Points of all devices that are lost where each pod draws its node among equals. */
export function tiesSvg(
  losses: readonly { list: string; policy: string; difference: number }[],
): string {
  const lists = LISTS.filter((list) => losses.some((one) => one.list === list));
  const series = POLICIES.map((policy) => ({
    type: 'bar',
    name: policy,
    data: lists.map((list) => {
      const found = losses.find((one) => one.list === list && one.policy === policy);
      return found ? Math.round(found.difference * 1e3) / 1e3 : null;
    }),
  }));
  return svg(
    {
      legend: { top: 4, textStyle: { color: INK } },
      grid: { left: 60, right: 24, top: 44, bottom: 40 },
      xAxis: { ...axis(''), type: 'category', data: lists, axisLabel: { color: INK, margin: 14 } },
      yAxis: { ...axis('points by random ties'), nameLocation: 'middle', nameGap: 38 },
      series,
    },
    360,
  );
}

function axis(name: string) {
  return {
    type: 'value',
    name,
    nameTextStyle: { color: INK },
    axisLabel: { color: INK },
    axisLine: { lineStyle: { color: INK }, onZero: false },
    splitLine: { lineStyle: { color: INK, opacity: 0.2 } },
  };
}

function svg(option: ChartOption, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH_PX, height });
  chart.setOption({
    color: [...COLORS.light],
    backgroundColor: '#ffffff',
    textStyle: { color: INK, fontFamily: 'sans-serif' },
    animation: false,
    ...option,
  });
  const text = chart.renderToSVGString();
  chart.dispose();
  // A picture in a page of text is not pointed at.
  const still = text
    .replace(/<style[\s\S]*?<\/style>\n?/, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '');
  return `${still}\n`;
}
