// A run's columns as CSV tables: pods, attempts, allocations, series over time.

import { deviceId } from '../cluster/devices.js';
import {
  POD_ACTIVE,
  POD_ASSUMED,
  POD_BACKOFF,
  POD_BOUND,
  POD_EVICTED,
  POD_FAILED,
  POD_GATED,
  POD_RUNNING,
  POD_SUCCEEDED,
  POD_UNSCHEDULABLE,
} from '../scheduler/pods.js';
import { SERIES } from '../simulator/recorder.js';
import { podName } from '../simulator/result.js';
import type { Run } from '../simulator/simulator.js';

const STATES: Readonly<Record<number, string>> = {
  [POD_ACTIVE]: 'queued',
  [POD_BACKOFF]: 'backoff',
  [POD_UNSCHEDULABLE]: 'unschedulable',
  [POD_GATED]: 'gated',
  [POD_ASSUMED]: 'assumed',
  [POD_BOUND]: 'bound',
  [POD_RUNNING]: 'running',
  [POD_SUCCEEDED]: 'succeeded',
  [POD_EVICTED]: 'evicted',
  [POD_FAILED]: 'failed',
};

/** Tables by file name. */
export function csvTables(run: Run): Record<string, string> {
  return {
    'pods.csv': podsCsv(run),
    'attempts.csv': attemptsCsv(run),
    'allocations.csv': allocationsCsv(run),
    'utilisation.csv': utilisationCsv(run),
  };
}

function podsCsv(run: Run): string {
  const { pods, input } = run;
  const lines = [
    'pod,workload,state,node,attempts,created_s,scheduled_s,started_s,finished_s,wait_s',
  ];
  for (let pod = 0; pod < pods.count; pod++) {
    const node = pods.node[pod]!;
    lines.push(
      [
        cell(podName(run, pod)),
        cell(input.workloads[run.podWorkload[pod]!]!.name),
        STATES[pods.state[pod]!] ?? 'waiting',
        node < 0 ? '' : cell(input.cluster.nodes.names[node]!),
        pods.attempts[pod],
        seconds(pods.createdUs[pod]!),
        seconds(pods.scheduledUs[pod]!),
        seconds(pods.startedUs[pod]!),
        seconds(pods.finishedUs[pod]!),
        seconds(pods.scheduledUs[pod]! - pods.createdUs[pod]!),
      ].join(),
    );
  }
  return `${lines.join('\n')}\n`;
}

function attemptsCsv(run: Run): string {
  const { recorder, scheduler, input } = run;
  const lines = ['time_s,pod,node,plugin,reason'];
  for (let row = 0; row < recorder.attempts.count; row++) {
    const node = recorder.attempts.at(row, 2);
    const rejection = recorder.attempts.at(row, 3);
    const why = rejection === 0 ? null : scheduler.reasons.rejection(rejection);
    lines.push(
      [
        seconds(recorder.attempts.at(row, 0)),
        cell(podName(run, recorder.attempts.at(row, 1))),
        node < 0 ? '' : cell(input.cluster.nodes.names[node]!),
        why?.plugin ?? '',
        cell(why?.reasons.join('; ') ?? ''),
      ].join(),
    );
  }
  return `${lines.join('\n')}\n`;
}

function allocationsCsv(run: Run): string {
  const { recorder, pods, shapes, input } = run;
  const { devices, nodes } = input.cluster;
  const lines = ['pod,claim,node,device,from_s,until_s'];
  for (let row = 0; row < recorder.allocations.count; row++) {
    const pod = recorder.allocations.at(row, 0);
    const entry = shapes.shape(pods.shape[pod]!).claims[recorder.allocations.at(row, 1)]!;
    lines.push(
      [
        cell(podName(run, pod)),
        cell(entry.name),
        cell(nodes.names[pods.node[pod]!]!),
        cell(deviceId(devices, recorder.allocations.at(row, 2))),
        seconds(recorder.allocations.at(row, 3)),
        seconds(recorder.allocations.at(row, 4)),
      ].join(),
    );
  }
  return `${lines.join('\n')}\n`;
}

function utilisationCsv(run: Run): string {
  const { recorder, use } = run;
  const { names } = recorder.followed;
  const lines = [['time_s', ...SERIES, ...use.kinds.map(cell), ...names.map(cell)].join()];
  recorder.sampleTimesUs.forEach((timeUs, index) => {
    const values = Array.from(recorder.samples[index]!, (value) =>
      Number.isNaN(value) ? '' : Math.round(value * 1e6) / 1e6,
    );
    lines.push([seconds(timeUs), ...values].join());
  });
  return `${lines.join('\n')}\n`;
}

/** Seconds of virtual time with at most six decimals; empty where the time never came. */
function seconds(us: number): string {
  return Number.isNaN(us) ? '' : `${us / 1e6}`;
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
