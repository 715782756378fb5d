// Makes bench/results/mig.md: the FGD experiment with partitions in place of shares, from the folders that `drasim compare
// --out` wrote, and from the pod lists what rounding does to them. Nothing on that page is written by hand.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { InputFiles } from '../src/cli/files.js';
import { profileOf } from '../src/scenario/traces/openbpartitions.js';
import { TraceTable } from '../src/scenario/traces/table.js';
import type { Comparison } from '../src/sweep/comparison.js';
import type { ArrivalMetric } from '../src/sweep/runtask.js';
import { readRuns } from './published.js';
import { fixed, signedText, table } from './resulttables.js';

const TARGET = 'bench/results';
const PODS = '../shared/traces/openb';
const LISTS = ['default', 'gpushare100', 'multigpu50'];
const SHARES = ['Random', 'BestFit', 'FGD'];
const PARTITIONS = [
  'Random+FirstFit',
  'Random+MigAware',
  'MostAllocated+FirstFit',
  'BestFit+FirstFit',
  'BestFit+BestFit',
  'BestFit+MigAware',
  'FGD+FirstFit',
  'FGD+MigAware',
  'FGD',
];
/** A policy of partitions for each of shares. */
const PARTNERS = ['Random+FirstFit', 'BestFit+MigAware', 'FGD'];
const SEEDS = '42-46';
const PERCENTS = [100, 130];
const LAST = 130;
const COMPUTE_SLICES = 7;
const GPU_MILLI = 1000;

const HOW = `\`\`\`sh
LISTS=${PODS}   # pod lists of github.com/alibaba/clusterdata, cluster-trace-gpu-v2023/csv
for list in ${LISTS.join(' ')}; do
  of="--set nodes=$LISTS/openb_node_list_gpu_node.csv --set pods=$(ls $LISTS/openb_pod_list_$list.csv*) --seeds ${SEEDS}"
  drasim compare scenarios/fgd.yaml $of --strategies ${SHARES.join(',')} --out out/fgd-mig/$list-shares
  drasim compare scenarios/fgd-mig.yaml $of --strategies ${PARTITIONS.join(',')} --out out/fgd-mig/$list-mig
  drasim compare scenarios/fgd-mig.yaml $of --parameters sevenths --strategies ${PARTNERS.join(',')} \\
    --out out/fgd-mig/$list-sevenths
done
npm run bench -- results mig
\`\`\``;

/** A class of pods of a list: what they ask for and what partitions they get, in GPUs. */
export interface RoundingClass {
  pods: number;
  asked: number;
  granted: number;
}

/** Pods with GPUs by what rounding does to them. */
export interface Rounding {
  /** Shares that become sevenths, and those that take a whole GPU because no profile is that large. */
  readonly sevenths: RoundingClass;
  readonly large: RoundingClass;
  readonly whole: RoundingClass;
}

/** What rounding makes of a pod list. */
export function roundingOf(text: string, file: string): Rounding {
  const pods = new TraceTable(text, file, ['num_gpu', 'gpu_milli']);
  const none = (): RoundingClass => ({ pods: 0, asked: 0, granted: 0 });
  const rounding = { sevenths: none(), large: none(), whole: none() };
  for (let row = 0; row < pods.count; row++) {
    const gpus = pods.number(row, 'num_gpu');
    const milli = pods.number(row, 'gpu_milli');
    if (gpus === 0) continue;
    const profile = profileOf(milli);
    const group =
      milli === GPU_MILLI ? rounding.whole : profile ? rounding.sevenths : rounding.large;
    group.pods++;
    group.asked += (gpus * milli) / GPU_MILLI;
    group.granted += profile ? Number.parseInt(profile.name, 10) / COMPUTE_SLICES : gpus;
  }
  return rounding;
}

interface ListResult {
  readonly list: string;
  readonly rounding: Rounding;
  readonly shares: Comparison;
  readonly mig: Comparison;
  readonly sevenths: Comparison;
}

/** Writes the page; an error text where lists or runs are missing. */
export function benchMigResults(folder = 'out/fgd-mig'): string | null {
  const results: ListResult[] = [];
  for (const list of LISTS) {
    const path = ['csv', 'csv.gz']
      .map((end) => `${PODS}/openb_pod_list_${list}.${end}`)
      .find((one) => existsSync(one));
    if (path === undefined) return `the pod list ${list} is not in ${PODS}`;
    const runs = ['shares', 'mig', 'sevenths'].map((kind) => readRuns(`${folder}/${list}-${kind}`));
    const [shares, mig, sevenths] = runs.map((one) => one?.comparison);
    if (!shares || !mig || !sevenths) return `runs of ${list} are missing in ${folder}:\n\n${HOW}`;
    const rounding = roundingOf(new InputFiles().readText(path), path);
    results.push({ list, rounding, shares, mig, sevenths });
  }
  mkdirSync(TARGET, { recursive: true });
  const parts = [
    introduction(results),
    ...PERCENTS.map((percent) => allocatedPart(results, percent)),
    roundingPart(results),
    causesPart(results),
    devicesPart(results),
    `## Making this page again\n\n${HOW}`,
  ];
  writeFileSync(`${TARGET}/mig.md`, `${parts.join('\n\n')}\n`);
  return null;
}

function introduction(results: readonly ListResult[]): string {
  const [first] = results;
  const ratio = ratioOf(first!.rounding);
  return `# The FGD experiment on MIG partitions

<!-- made by bench/migresults.ts; do not edit -->

[scenarios/fgd-mig.yaml](../../scenarios/fgd-mig.yaml) is [scenarios/fgd.yaml](../../scenarios/fgd.yaml) with every one of the 6,212
GPUs an A100 (40 GB) that publishes its MIG partitions as DRA devices with shared counters. A pod that asked for a share of a GPU
claims the smallest profile with as many sevenths of the compute, or a whole GPU above four sevenths. *Asked* is the sum of what
the running pods asked for, *granted* the compute of the partitions that they hold for it, both in percent of all GPUs; shares
are granted as asked. Means of ${first!.mig.seeds.length} seeds.

**On the list ${first!.list} FGD allocates ${fixed(cell(first!.shares, 'FGD', 'allocationRatio', LAST))} % as shares and ${fixed(cell(first!.mig, 'FGD', 'allocationRatio', LAST))} % as partitions, for which it grants ${fixed(cell(first!.mig, 'FGD', 'grantedRatio', LAST))} %: GPUs are
fuller, but the list's pods are granted ${fixed(ratio)} times what they ask for.**`;
}

function allocatedPart(results: readonly ListResult[], percent: number): string {
  const rows = results.flatMap(({ list, shares, mig }) => [
    ...SHARES.map((policy, index) => [
      index === 0 ? list : '',
      'shares',
      policy,
      spread(shares, policy, 'allocationRatio', percent),
      '',
      fixed(cell(shares, policy, 'fragmentAmount', percent)),
    ]),
    ...PARTITIONS.map((policy) => [
      '',
      'partitions',
      policy,
      spread(mig, policy, 'allocationRatio', percent),
      spread(mig, policy, 'grantedRatio', percent),
      fixed(cell(mig, policy, 'fragmentAmount', percent)),
    ]),
  ]);
  return `## When ${percent} % have arrived

Percent of all GPUs, means and standard deviations. Fragmented is what typical pods could not use, each by its own kind of device.

${table(['list', 'as', 'policy', 'asked', 'granted', 'fragmented'], rows)}`;
}

function roundingPart(results: readonly ListResult[]): string {
  const rows = results.flatMap(({ list, rounding }) => {
    const entries: [string, RoundingClass][] = [
      ['up to 4/7: to sevenths', rounding.sevenths],
      ['more than 4/7: to a whole GPU', rounding.large],
      ['whole GPUs', rounding.whole],
      ['all', allOf(rounding)],
    ];
    return entries.map(([name, { pods, asked, granted }], index) => [
      index === 0 ? list : '',
      name,
      pods,
      asked.toFixed(1),
      granted.toFixed(1),
      asked === 0 ? '-' : (granted / asked).toFixed(3),
      (granted - asked).toFixed(1),
    ]);
  });
  return `## Rounding

What the pods of a list ask for and what they are granted, in GPUs, before anything is scheduled:

${table(['list', 'pods that want', 'pods', 'asked', 'granted', 'ratio', 'more'], rows)}`;
}

/** What each step from shares to partitions costs, from runs that differ in that step alone. */
function causesPart(results: readonly ListResult[]): string {
  const rows = results.flatMap(({ list, shares, mig, sevenths }) =>
    SHARES.map((policy, index) => {
      const partner = PARTNERS[index]!;
      const asShares = cell(shares, policy, 'allocationRatio', LAST);
      const free = cell(sevenths, partner, 'allocationRatio', LAST);
      const freeGranted = cell(sevenths, partner, 'grantedRatio', LAST);
      const placed = cell(mig, partner, 'allocationRatio', LAST);
      const placedGranted = cell(mig, partner, 'grantedRatio', LAST);
      return [
        index === 0 ? list : '',
        policy === partner ? policy : `${policy}, ${partner}`,
        fixed(asShares),
        signedText(freeGranted - asShares),
        signedText(free - freeGranted),
        signedText(placed - free),
        fixed(placed),
        signedText(placedGranted - freeGranted),
      ];
    }),
  );
  const head = [
    'list',
    'policy',
    'shares',
    'other sizes',
    'rounded',
    'places',
    'partitions',
    'granted less by places',
  ];
  return `## Why they differ

The set \`sevenths\` has the same claims on GPUs whose partitions draw on compute alone, so that they may lie anywhere: it differs from
shares by rounding (and in that policies see partitions; Random takes shares of any device, here the first partition), and from MIG by
memory slices and places alone. From shares to partitions when ${LAST} % have arrived, in points of all GPUs:

${table(head, rows)}

*Other sizes* is how much more of the GPUs is granted in sevenths than as shares. Five sizes, one to four sevenths and the whole, leave
fewer remainders that nobody wants. With FGD:

${table(['list', 'granted as shares', 'in sevenths', 'fragmented as shares', 'in sevenths'], sizeRows(results))}

*Rounded* is what of it nobody asked for. It follows from the list, nearly as if all of it ran, and most of it is shares above 4/7, for
which there is no profile below the whole GPU. With FGD:

${table(['list', 'granted to asked, list', 'running pods', 'of the difference by shares above 4/7, %'], roundedRows(results))}

*Places* is what it costs that a profile lies at certain memory slices only, 4g at 0, 3g at 0 and 4, and that 3g takes half the memory
for three sevenths of the compute. Strategies that look at what a node has left avoid it. On random nodes first fit loses to it, and
MigAware, on the same random nodes, gets most or all of it back. Pods of these lists never leave: where they do, holes come up again
(see scenarios/mig-inference.yaml). In points:

${table(['list', 'FGD', 'BestFit+MigAware', 'Random+FirstFit', 'Random+MigAware more than FirstFit'], placeRows(results))}`;
}

function sizeRows(results: readonly ListResult[]): string[][] {
  return results.map(({ list, shares, sevenths }) => [
    list,
    fixed(cell(shares, 'FGD', 'allocationRatio', LAST)),
    fixed(cell(sevenths, 'FGD', 'grantedRatio', LAST)),
    fixed(cell(shares, 'FGD', 'fragmentAmount', LAST)),
    fixed(cell(sevenths, 'FGD', 'fragmentAmount', LAST)),
  ]);
}

function roundedRows(results: readonly ListResult[]): string[][] {
  return results.map(({ list, sevenths, rounding }) => {
    const { asked, granted } = allOf(rounding);
    const held =
      cell(sevenths, 'FGD', 'grantedRatio', LAST) / cell(sevenths, 'FGD', 'allocationRatio', LAST);
    const large = rounding.large.granted - rounding.large.asked;
    return [
      list,
      (granted / asked).toFixed(3),
      held.toFixed(3),
      ((100 * large) / (granted - asked)).toFixed(0),
    ];
  });
}

function placeRows(results: readonly ListResult[]): string[][] {
  return results.map(({ list, mig, sevenths }) => {
    const asked = (runs: Comparison, policy: string) => cell(runs, policy, 'allocationRatio', LAST);
    const lost = ['FGD', 'BestFit+MigAware', 'Random+FirstFit'].map((policy) =>
      signedText(asked(mig, policy) - asked(sevenths, policy)),
    );
    const more = asked(mig, 'Random+MigAware') - asked(mig, 'Random+FirstFit');
    return [list, ...lost, signedText(more)];
  });
}

function devicesPart(results: readonly ListResult[]): string {
  const nodes = ['Random', 'BestFit', 'FGD'];
  const rows = results.flatMap(({ list, mig }) =>
    nodes.map((node, index) => {
      const own = ['FirstFit', 'BestFit', 'MigAware', 'FGD'].map((device) => {
        const name = node === device && node === 'FGD' ? 'FGD' : `${node}+${device}`;
        return PARTITIONS.includes(name) ? spread(mig, name, 'allocationRatio', LAST) : '-';
      });
      return [index === 0 ? list : '', node, ...own];
    }),
  );
  return `## Which partition

Asked when ${LAST} % have arrived, by the strategy for devices:

${table(['list', 'nodes', 'FirstFit', 'BestFit', 'MigAware', 'FGD'], rows)}`;
}

function allOf({ sevenths, large, whole }: Rounding): RoundingClass {
  const add = (of: (one: RoundingClass) => number) => of(sevenths) + of(large) + of(whole);
  return {
    pods: add(({ pods }) => pods),
    asked: add(({ asked }) => asked),
    granted: add(({ granted }) => granted),
  };
}

function ratioOf(rounding: Rounding): number {
  const { asked, granted } = allOf(rounding);
  return granted / asked;
}

function find({ cells }: Comparison, policy: string, metric: ArrivalMetric, percent: number) {
  return cells.find(
    (one) => one.strategy === policy && one.metric === metric && one.arrivedPercent === percent,
  );
}

function cell(runs: Comparison, policy: string, metric: ArrivalMetric, percent: number): number {
  return find(runs, policy, metric, percent)?.mean ?? Number.NaN;
}

function spread(runs: Comparison, policy: string, metric: ArrivalMetric, percent: number): string {
  const found = find(runs, policy, metric, percent);
  return found ? `${fixed(found.mean)} ± ${fixed(found.sd ?? 0)}` : '-';
}
