// A result for the terminal: what a person wants to know first, in a screenful.

import Table from 'cli-table3';
import type { RunResult } from '../simulator/result.js';
import { formatDuration } from './time.js';

/** Colours of a terminal, or functions that change nothing. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

const BAR_WIDTH = 24;

/** The summary of a run; `wallMs` only where someone waits at a terminal. */
export function summaryText(result: RunResult, paint: Paint, wallMs?: number): string {
  const { waitSeconds: wait, jobs } = result;
  const wall = wallMs === undefined ? '' : ` in ${(wallMs / 1000).toFixed(2)}s`;
  const parts = [
    paint.bold(`${result.scenario}`) +
      paint.dim(
        `  Kubernetes ${result.kubernetes}, seed ${result.seed}, ` +
          `${formatDuration(result.virtualSeconds)} of virtual time${wall}`,
      ),
    podsTable(result, paint),
    `Wait for a node    p50 ${time(wait.p50)}   p95 ${time(wait.p95)}   p99 ${time(wait.p99)}   max ${time(wait.max)}`,
  ];
  if (result.slowdown.mean !== null) parts.push(slowdownText(result));
  if (jobs.created > 0)
    parts.push(`Jobs               ${jobs.completed} of ${jobs.created} completed`);
  if (jobs.completed > 0) {
    const { mean, p50, p95, max } = jobs.completionSeconds;
    parts.push(
      `Job completion     mean ${time(mean)}   p50 ${time(p50)}   p95 ${time(p95)}   max ${time(max)}   last end ${time(jobs.lastEndSeconds)}`,
    );
  }
  parts.push(
    `Attempts           ${result.counters['attempts']} (${result.counters['failedAttempts']} without a node), ` +
      `${result.counters['events']} events`,
  );
  if (result.fairness.demandServed !== null) parts.push(fairnessText(result));
  if (result.locality.pods > 0) parts.push(localityText(result));
  parts.push(...fragmentationTexts(result));
  if (result.energy) parts.push(energyText(result.energy));
  if (result.devices.length > 0) parts.push(devicesTable(result, paint));
  if (result.pendingReasons.length > 0) parts.push(reasonsText(result, paint));
  parts.push(paint.dim(`fingerprint ${result.fingerprint}`));
  return `${parts.join('\n')}\n`;
}

function podsTable({ pods, nodes }: RunResult, paint: Paint): string {
  // Ends that most runs do not know have a column only where there are some.
  const bad = (['evicted', 'failed'] as const).filter((name) => pods[name] > 0);
  const table = plainTable([
    ...['created', 'succeeded', 'running', 'unschedulable', 'queued', 'gated'],
    ...bad,
  ]);
  table.push([
    pods.created,
    paint.green(`${pods.succeeded}`),
    pods.running,
    pods.unschedulable > 0 ? paint.red(`${pods.unschedulable}`) : '0',
    pods.queued > 0 ? paint.yellow(`${pods.queued}`) : '0',
    pods.gated,
    ...bad.map((name) => paint.red(`${pods[name]}`)),
  ]);
  const usage = `Nodes              ${nodes.count}, CPU ${nodes.cpuPercentMean.toFixed(1)}%, memory ${nodes.memoryPercentMean.toFixed(1)}% requested on average`;
  return `Pods\n${table.toString()}\n${usage}`;
}

function slowdownText({ slowdown: { mean, p50, p95, max } }: RunResult): string {
  const times = (value: number | null) => value!.toFixed(2);
  return `Slowdown           mean ${times(mean)}   p50 ${times(p50)}   p95 ${times(p95)}   max ${times(max)}`;
}

function fairnessText({ fairness: { by, groups, slowdown, demandServed } }: RunResult): string {
  const index = (value: number | null) => value?.toFixed(3) ?? 'none';
  return `Fairness           ${index(slowdown)} of slowdown, ${index(demandServed)} of demand served (Jain's index of ${groups} ${by}s)`;
}

function localityText({ locality }: RunResult): string {
  const share = (count: number) => `${((count * 100) / locality.pods).toFixed(1)}%`;
  return (
    `Locality           ${locality.pods} pods hold several devices: ${share(locality.onePcieRoot)} behind one ` +
    `PCIe root, ${share(locality.oneNumaNode)} on one NUMA node` +
    (locality.railJobs > 0
      ? `; ${locality.oneRail} of ${locality.railJobs} Jobs of several pods keep to their rails`
      : '')
  );
}

/** A line for devices that give shares, and one for each kind that is partitioned. */
function fragmentationTexts({ fragmentation: { shares, partitions } }: RunResult): string[] {
  const lines = partitions.map(
    ({ kind, largestMean, strandedPercentMean }) =>
      `Partitions         ${kind}: the largest that was left ${(largestMean * 100).toFixed(1)}% of its device` +
      `${'memory' in strandedPercentMean ? `, memory stranded ${strandedPercentMean['memory']!.toFixed(1)}%` : ''} on average`,
  );
  if (shares) {
    const { allocationRatioMean, fragmentAmountMean } = shares;
    lines.unshift(
      `Shares             ${allocationRatioMean.toFixed(1)}% allocated, ${fragmentAmountMean.toFixed(1)}% fragmented on average`,
    );
  }
  return lines;
}

function energyText({ kWh, wattsMean, wattsMax }: NonNullable<RunResult['energy']>): string {
  const kilowatts = (watts: number) => `${(watts / 1000).toFixed(2)} kW`;
  return `Energy             ${kWh.toPrecision(Math.max(3, `${Math.floor(kWh)}`.length))} kWh, ${kilowatts(wattsMean)} on average, ${kilowatts(wattsMax)} at most`;
}

function devicesTable({ devices }: RunResult, paint: Paint): string {
  const table = plainTable(['devices', 'count', 'mean use', '', 'peak']);
  for (const device of devices) {
    const filled = Math.round((device.utilisationPercentMean / 100) * BAR_WIDTH);
    const bar = '█'.repeat(filled) + paint.dim('░'.repeat(BAR_WIDTH - filled));
    table.push([
      device.kind,
      device.count,
      `${device.utilisationPercentMean.toFixed(1)}%`,
      bar,
      `${device.utilisationPercentMax.toFixed(1)}%`,
    ]);
  }
  return table.toString();
}

function reasonsText({ pendingReasons }: RunResult, paint: Paint): string {
  const shown = pendingReasons
    .slice(0, 5)
    .map(
      ({ pods, message, example }) =>
        `  ${paint.red(`${pods}`)} ${message} ${paint.dim(`(${example})`)}`,
    );
  const more = pendingReasons.length - shown.length;
  if (more > 0) shown.push(paint.dim(`  and ${more} more reasons in result.json`));
  return `Without a node at the end\n${shown.join('\n')}`;
}

function plainTable(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}

function time(seconds: number | null): string {
  return seconds === null ? 'none' : formatDuration(seconds);
}
