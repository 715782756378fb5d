// The report of a run as one page: figures first, then pictures.

import type { RunResult } from '../simulator/result.js';
import type { Run } from '../simulator/simulator.js';
import { escapeHtml, figure, htmlPage, htmlTable } from './page.js';
import { RUN_SCRIPT } from './runscript.js';
import {
  fragmentationOverTime,
  occupancyMap,
  podsOverTime,
  powerOverTime,
  useOverTime,
  waitCurves,
} from './series.js';
import { formatDuration } from './time.js';

/**
 * The page of a run.
 *
 * @param chartLibrary - source text of ECharts, handed in because only the command line reads files
 */
export function reportHtml(run: Run, result: RunResult, chartLibrary: string): string {
  const data = {
    use: useOverTime(run),
    pods: podsOverTime(run),
    waits: waitCurves(run),
    fragmentation: fragmentationOverTime(run),
    power: powerOverTime(run),
    map: occupancyMap(run),
  };
  const body = `<header>
<h1>${escapeHtml(result.scenario)}</h1>
<p>Kubernetes ${escapeHtml(result.kubernetes)}, seed ${escapeHtml(result.seed)},
${formatDuration(result.virtualSeconds)} of virtual time, fingerprint <code>${result.fingerprint}</code></p>
</header>
<section class="tiles">${tiles(result)}</section>
${reasons(result)}
<section class="charts">
${figure('use', 'Devices in use', 'Share of each kind of device that is held by claims, over virtual time.')}
${figure('pods', 'Pods', 'Pods that run, and pods that wait in the scheduling queue.')}
${figure('waits', 'Wait for a node', 'Share of pods that had a node after this long, by workload.')}
${data.fragmentation.curves.length > 0 ? figure('fragmentation', 'Fragmentation', FRAGMENTATION_NOTE) : ''}
${data.power.curves.length > 0 ? figure('power', 'Power', 'What nodes and devices draw, by the figures that the scenario states.') : ''}
${figure('map', 'Occupancy', data.map.note)}
</section>`;
  return htmlPage({
    title: `drasim: ${result.scenario}`,
    body,
    data,
    script: RUN_SCRIPT,
    chartLibrary,
  });
}

const FRAGMENTATION_NOTE =
  'What is left and nobody can use, in percent, over virtual time; and the largest partition that could still be taken, of its device.';

function tiles({ pods, waitSeconds, devices, jobs, nodes, energy }: RunResult): string {
  const ends = [`${pods.succeeded} succeeded`, `${pods.running} running`];
  if (pods.evicted > 0) ends.push(`${pods.evicted} evicted`);
  if (pods.failed > 0) ends.push(`${pods.failed} refused by their kubelet`);
  const list: [string, string, string][] = [
    ['Pods', `${pods.created}`, `${pods.succeeded} succeeded, ${pods.running} running`],
    [
      'Without a node',
      `${pods.unschedulable + pods.queued + pods.gated}`,
      `${pods.unschedulable} unschedulable, ${pods.queued} queued, ${pods.gated} gated`,
    ],
    [
      'Wait p95',
      waitSeconds.p95 === null ? 'none' : formatDuration(waitSeconds.p95),
      waitSeconds.p50 === null ? '' : `half within ${formatDuration(waitSeconds.p50)}`,
    ],
    ['Nodes', `${nodes.count}`, `CPU ${nodes.cpuPercentMean.toFixed(1)}% requested on average`],
  ];
  if (jobs.created > 0) list.push(['Jobs', `${jobs.completed}`, `of ${jobs.created} completed`]);
  if (energy) {
    const mean = `${(energy.wattsMean / 1000).toFixed(2)} kW`;
    list.push([
      'Energy',
      `${energy.kWh.toPrecision(Math.max(3, `${Math.floor(energy.kWh)}`.length))} kWh`,
      `${mean} on average`,
    ]);
  }
  for (const device of devices) {
    list.push([
      device.kind,
      `${device.utilisationPercentMean.toFixed(1)}%`,
      `of ${device.count} in use on average, peak ${device.utilisationPercentMax.toFixed(1)}%`,
    ]);
  }
  return list
    .map(
      ([name, value, more]) =>
        `<div class="tile"><h2>${escapeHtml(name)}</h2><b>${escapeHtml(value)}</b><p>${escapeHtml(more)}</p></div>`,
    )
    .join('\n');
}

function reasons({ pendingReasons }: RunResult): string {
  if (pendingReasons.length === 0) return '';
  const rows = pendingReasons
    .slice(0, 20)
    .map(({ pods, message, example }) => [pods, message, example]);
  return `<section><h2>Why pods have no node at the end</h2>
${htmlTable(['pods', 'reason', 'for example'], rows)}</section>`;
}
