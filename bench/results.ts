// Makes bench/results/README.md: the FGD experiment on the six published lists, from the folders that `drasim compare
// --out` wrote, beside the published means. Nothing on that page is written by hand.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { ARRIVED_PERCENTS } from '../src/sweep/runtask.js';
import { TITLES } from '../src/sweep/table.js';
import {
  type CellPair,
  comparePolicies,
  isWithinBounds,
  isWithinPoints,
  LISTS,
  type ListRuns,
  POLICIES,
  type PolicyPair,
  PUBLISHED_METRICS,
  pairCells,
  readPublished,
  readRuns,
} from './published.js';
import { curvesSvg, deviationsSvg, tiesSvg } from './resultpictures.js';
import { fixed, signedText, table } from './resulttables.js';

const SUMMARY = '../shared/traces/openb-fgd-results/summary_mean_sd.csv';
const TARGET = 'bench/results';
const WORST_SHOWN = 20;
const LAST = ARRIVED_PERCENTS.at(-1)!;

const HOW = `\`\`\`sh
LISTS=../shared/traces/openb   # pod lists of github.com/alibaba/clusterdata, cluster-trace-gpu-v2023/csv
for list in ${LISTS.join(' ')}; do
  pods=$(ls $LISTS/openb_pod_list_$list.csv*)
  for ties in drawn-order random; do
    folder=out/fgd/$list; [ $ties = random ] && folder=$folder-random
    drasim compare scenarios/fgd.yaml --set nodes=$LISTS/openb_node_list_gpu_node.csv --set pods=$pods \\
      --set scheduler.tieBreak=$ties --strategies ${POLICIES.join(',')} --seeds 42-51 --out $folder
  done
done
npm run bench -- results out/fgd
\`\`\``;

/** Writes the page; an error text where lists or published means are missing. */
export function benchResults(folder = 'out/fgd', summary = SUMMARY): string | null {
  if (!existsSync(summary)) return `the published means are not at ${summary}`;
  const published = readPublished(summary);
  const runs = new Map<string, ListRuns>();
  const randomRuns = new Map<string, ListRuns>();
  for (const list of LISTS) {
    const found = readRuns(`${folder}/${list}`);
    if (found) runs.set(list, found);
    const random = readRuns(`${folder}/${list}-random`);
    if (random) randomRuns.set(list, random);
  }
  if (runs.size === 0)
    return `there is no comparison in ${folder}: drasim compare --out ${folder}/LIST`;
  const pairs = [...runs].flatMap(([list, { comparison }]) =>
    pairCells(list, comparison, published),
  );
  const first = runs.get('default') ?? [...runs.values()][0]!;
  const firstList = [...runs].find(([, one]) => one === first)![0];
  const losses = [...randomRuns].flatMap(([list, random]) => lossesOf(list, runs, random));
  mkdirSync(TARGET, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(`${TARGET}/${name}`, text);
  const ofFirst = pairs.filter(({ list }) => list === firstList);
  write('curves.svg', curvesSvg(first, ofFirst));
  write('deviations.svg', deviationsSvg(pairs));
  if (losses.length > 0) write('ties.svg', tiesSvg(losses));
  const parts = [
    introduction(pairs, runs),
    `![Allocated over arrived demand on the list ${firstList}](curves.svg)`,
    `Lines: means of drasim on the list ${firstList}, bands their 95 % intervals. Diamonds: published means.`,
    allocatedTable(pairs),
    deviationPart(pairs),
    orderPart(pairs),
    tiesPart(losses, randomRuns),
    `## Making this page again\n\n${HOW}\n\nComparisons go on where they were stopped; seeds make the same runs everywhere.`,
    cellsPart(pairs),
  ];
  write('README.md', `${parts.join('\n\n')}\n`);
  return null;
}

function introduction(pairs: readonly CellPair[], runs: ReadonlyMap<string, ListRuns>): string {
  const near = pairs.filter(isWithinPoints).length;
  const outside = pairs.filter((pair) => !isWithinBounds(pair));
  const missing = LISTS.filter((list) => !runs.has(list));
  const seeds = [...new Set([...runs.values()].map(({ comparison }) => comparison.seeds.length))];
  const where =
    outside.length === 0
      ? 'none lies further off than the wider of half a point and two published standard deviations'
      : `${outside.length} lie further off than the wider of half a point and two published standard deviations`;
  return `# The FGD experiment beside its published results

<!-- made by bench/results.ts; do not edit -->

[scenarios/fgd.yaml](../../scenarios/fgd.yaml) follows Weng et al., "Beware of Fragmentation" (USENIX ATC 2023): 1,213 nodes with
6,212 GPUs as DRA devices of consumable capacity, filled with pods until 130 % of the GPUs have been asked for. Six policies,
${runs.size} published pod lists, ${seeds.join(' to ')} seeds; the published means are those of the authors' repository
(github.com/hkust-adsl/kubernetes-scheduler-simulator, commit 8f3d641), ten seeds each. Ties between nodes: an order drawn once a
run (\`drawn-order\`). Random numbers are not those of the published tool, so means compare, single runs do not.

**${near} of ${pairs.length} cells are within half a percentage point of the published mean; ${pairs.length - near} are not, and ${where}.**${missing.length > 0 ? ` Lists that were not run: ${missing.join(', ')}.` : ''}`;
}

function allocatedTable(pairs: readonly CellPair[]): string {
  const rows = listsOf(pairs).flatMap((list) => {
    const own = POLICIES.map((policy) => find(pairs, list, policy, LAST));
    return [
      [list, 'published', ...own.map((pair) => fixed(pair?.published.mean))],
      ['', 'drasim', ...own.map((pair) => marked(pair))],
    ];
  });
  return `## Allocated when ${LAST} % have arrived

In percent of all GPUs; **bold** where it is not within half a point.

${table(['list', '', ...POLICIES], rows)}`;
}

function deviationPart(pairs: readonly CellPair[]): string {
  const byList = listsOf(pairs).map((list) => {
    const own = pairs.filter((pair) => pair.list === list);
    const worst = PUBLISHED_METRICS.map((metric) => {
      const sizes = own
        .filter(({ cell }) => cell.metric === metric)
        .map(({ deviation }) => Math.abs(deviation));
      return fixed(Math.max(...sizes));
    });
    const far = own.filter((pair) => !isWithinPoints(pair)).length;
    const out = own.filter((pair) => !isWithinBounds(pair)).length;
    return [list, own.length, far, out, ...worst];
  });
  const worst = [...pairs]
    .sort((left, right) => Math.abs(right.deviation) - Math.abs(left.deviation))
    .slice(0, WORST_SHOWN)
    .map(({ list, cell, published, deviation }) => [
      list,
      cell.strategy,
      cell.metric,
      `${cell.arrivedPercent} %`,
      `${fixed(cell.mean)} ± ${fixed(cell.sd ?? 0)}`,
      `${fixed(published.mean)} ± ${fixed(published.sd)}`,
      signedText(deviation),
      published.sd > 0 ? (Math.abs(deviation) / published.sd).toFixed(1) : '-',
    ]);
  const head = ['list', 'cells', 'beyond 0.5', 'beyond the wider bound'];
  return `## How far from the published means

![Deviations of all cells by list](deviations.svg)

A point a cell; dashed lines are half a point. The wider bound is two published standard deviations, where that is more. The last
columns are the largest deviations by metric, in points.

${table([...head, ...PUBLISHED_METRICS], byList)}

The ${worst.length} largest deviations, with the standard deviations over seeds of both, and the deviation in published ones:

${table(['list', 'policy', 'metric', 'arrived', 'drasim', 'published', 'deviation', 'in sd'], worst)}`;
}

function orderPart(pairs: readonly CellPair[]): string {
  const rows = listsOf(pairs).map((list) => {
    const own = POLICIES.flatMap((policy) => find(pairs, list, policy, LAST) ?? []);
    const inOrder = (sizeOf: (pair: CellPair) => number) =>
      [...own]
        .sort((left, right) => sizeOf(right) - sizeOf(left))
        .map(({ cell }) => cell.strategy)
        .join(', ');
    const drasim = inOrder(({ cell }) => cell.mean);
    const published = inOrder((pair) => pair.published.mean);
    return [list, published, drasim === published ? 'the same' : drasim];
  });
  const { apart, turned } = comparePolicies(pairs);
  const same = apart.length - turned.length;
  return `## The order of policies

By what is allocated when ${LAST} % have arrived, most first:

${table(['list', 'published', 'drasim'], rows)}

Over all lists, metrics and percents there are ${apart.length} pairs of policies whose published 95 % intervals do not overlap. ${same} of
them lie the same way round here${turned.length === 0 ? '.' : `, ${turned.length} do not:\n\n${turnedTable(turned)}`}`;
}

function turnedTable(turned: readonly PolicyPair[]): string {
  const text = (value: number, other: number) => `${fixed(value)} and ${fixed(other)}`;
  return table(
    ['list', 'metric', 'arrived', 'policies', 'published', 'drasim'],
    turned.map(({ left, right }) => [
      left.list,
      left.cell.metric,
      `${left.cell.arrivedPercent} %`,
      `${left.cell.strategy} and ${right.cell.strategy}`,
      text(left.published.mean, right.published.mean),
      text(left.cell.mean, right.cell.mean),
    ]),
  );
}

interface Loss {
  list: string;
  policy: string;
  mean: number;
  difference: number;
}

function lossesOf(list: string, runs: ReadonlyMap<string, ListRuns>, random: ListRuns): Loss[] {
  const meanOf = (from: ListRuns | undefined, policy: string) =>
    from?.comparison.cells.find(
      ({ strategy, metric, arrivedPercent }) =>
        strategy === policy && metric === 'allocationRatio' && arrivedPercent === LAST,
    )?.mean;
  return POLICIES.flatMap((policy) => {
    const mean = meanOf(random, policy);
    const usual = meanOf(runs.get(list), policy);
    if (mean === undefined || usual === undefined) return [];
    return [{ list, policy, mean, difference: mean - usual }];
  });
}

function tiesPart(losses: readonly Loss[], random: ReadonlyMap<string, ListRuns>): string {
  const rows = [...random.keys()].map((list) => [
    list,
    ...POLICIES.map((policy) => {
      const found = losses.find((one) => one.list === list && one.policy === policy);
      return found ? `${fixed(found.mean)} (${signedText(found.difference)})` : '-';
    }),
  ]);
  const body =
    rows.length === 0
      ? 'Not run.'
      : `![What random ties cost, by list and policy](ties.svg)

${table(['list', ...POLICIES], rows)}`;
  return `## What a random tie-break does

With \`--set scheduler.tieBreak=random\` each pod goes to any of the nodes with the highest score, as kube-scheduler did up to 1.34,
instead of the first in an order that stays. Allocated when ${LAST} % have arrived, and the difference in points:

${body}

A policy with few distinct scores lives by its ties, and how much so depends on the list.`;
}

function cellsPart(pairs: readonly CellPair[]): string {
  const tables = listsOf(pairs).flatMap((list) =>
    PUBLISHED_METRICS.map((metric) => {
      const rows = POLICIES.map((policy) => [
        policy,
        ...ARRIVED_PERCENTS.map((percent) => {
          const pair = find(pairs, list, policy, percent, metric);
          return pair ? `${marked(pair)} / ${fixed(pair.published.mean)}` : '-';
        }),
      ]);
      const head = ['', ...ARRIVED_PERCENTS.map((percent) => `${percent} %`)];
      return `### ${list}: ${TITLES[metric]}\n\n${table(head, rows)}`;
    }),
  );
  return `## All cells

drasim / published, by demand that has arrived; **bold** where the two are more than half a point apart.

${tables.join('\n\n')}`;
}

function listsOf(pairs: readonly CellPair[]): string[] {
  return LISTS.filter((list) => pairs.some((pair) => pair.list === list));
}

function find(
  pairs: readonly CellPair[],
  list: string,
  policy: string,
  percent: number,
  metric = 'allocationRatio',
): CellPair | undefined {
  return pairs.find(
    (pair) =>
      pair.list === list &&
      pair.cell.strategy === policy &&
      pair.cell.arrivedPercent === percent &&
      pair.cell.metric === metric,
  );
}

function marked(pair: CellPair | undefined): string {
  if (!pair) return '-';
  const text = fixed(pair.cell.mean);
  return isWithinPoints(pair) ? text : `**${text}**`;
}
