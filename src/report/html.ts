// The report as one page that opens offline: figures first, then pictures. The chart library stands inside
// the page; the data is JSON, escaped so that no name can end the script.

import type { RunResult } from '../simulator/result.js';
import type { Run } from '../simulator/simulator.js';
import { PAGE_SCRIPT, PAGE_STYLE } from './page.js';
import { occupancyMap, podsOverTime, useOverTime, waitCurves } from './series.js';
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
    map: occupancyMap(run),
  };
  const title = escapeHtml(`drasim: ${result.scenario}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(result.scenario)}</h1>
<p>Kubernetes ${escapeHtml(result.kubernetes)}, seed ${escapeHtml(result.seed)},
${formatDuration(result.virtualSeconds)} of virtual time, fingerprint <code>${result.fingerprint}</code></p>
</header>
<section class="tiles">${tiles(result)}</section>
${reasons(result)}
<section class="charts">
${chart('use', 'Devices in use', 'Share of each kind of device that is held by claims, over virtual time.')}
${chart('pods', 'Pods', 'Pods that run, and pods that wait in the scheduling queue.')}
${chart('waits', 'Wait for a node', 'Share of pods that had a node after this long, by workload.')}
${chart('map', 'Occupancy', data.map.note)}
</section>
<script>${chartLibrary.replaceAll('</script', '<\\/script')}</script>
<script>const data = ${scriptJson(data)};
${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function tiles({ pods, waitSeconds, devices, jobs, nodes }: RunResult): string {
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
    .map(
      ({ pods, message, example }) =>
        `<tr><td>${pods}</td><td>${escapeHtml(message)}</td><td>${escapeHtml(example)}</td></tr>`,
    )
    .join('\n');
  return `<section><h2>Why pods have no node at the end</h2>
<table><thead><tr><th>pods</th><th>reason</th><th>for example</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function chart(id: string, title: string, note: string): string {
  return `<figure><figcaption><h2>${title}</h2><p>${escapeHtml(note)}</p></figcaption><div id="${id}" class="chart"></div></figure>`;
}

function escapeHtml(text: string): string {
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
