// An explanation for the terminal: the answer first, then what stands against each device.

import Table from 'cli-table3';
import type { DeviceVerdict } from '../dra/explanation.js';
import type { ClaimAnswer } from '../simulator/explain.js';
import type {
  FeasibleNode,
  PastAttempt,
  PastWake,
  PodAnswer,
  RejectedNodes,
} from '../simulator/explainpod.js';
import type { Paint } from './summary.js';
import { formatDuration } from './time.js';

/** Devices of one verdict and detail that are listed by name. */
const LISTED_MAX = 4;

const NODES_MAX = 5;
const ATTEMPTS_MAX = 5;

/** Why a pod is where it is, or pends. */
export function podExplanationText(answer: PodAnswer, paint: Paint): string {
  const { pod, node, scheduledSeconds, attempts, message, rejected, feasible, claims } = answer;
  const { wokenBy } = answer;
  const at = formatDuration(answer.timeSeconds);
  const parts = [`${paint.bold(`pod ${pod}`)}${paint.dim(` at ${at}`)}`];
  if (node !== undefined) {
    parts.push(
      `It got node ${node} at ${formatDuration(scheduledSeconds!)}.`,
      'What follows is about another pod like it.',
    );
  }
  if (message !== undefined) parts.push(paint.red(message));
  if (feasible.length > 0) {
    const more = feasible.length > NODES_MAX ? `, the best ${NODES_MAX} of them` : '';
    const count = feasible.length === 1 ? '1 node takes it' : `${feasible.length} nodes take it`;
    parts.push(paint.green(`${count}${more}:`), feasibleTable(feasible.slice(0, NODES_MAX)));
  }
  if (rejected.length > 0) parts.push(rejectedTable(rejected));
  if (attempts.length > 0) {
    const last = attempts.slice(-ATTEMPTS_MAX);
    const more = attempts.length > last.length ? `, the last ${last.length} of them` : '';
    parts.push(`Attempts: ${attempts.length}${more}`, attemptsTable(last));
    if (wokenBy && attempts.length > 1) parts.push('It was woken by', ...vainTexts(attempts));
    if (wokenBy && wokenBy.length > 0) parts.push(`Since then: ${wakesText(wokenBy)}`);
  }
  const texts = [parts.join('\n')];
  for (const claim of claims ?? []) texts.push(explanationText(claim, paint).trimEnd());
  return `${texts.join('\n\n')}\n`;
}

function attemptsTable(attempts: readonly PastAttempt[]): string {
  const table = openTable([null, 36, 60]);
  for (const { timeSeconds, node, plugin, reasons = [], wokenBy } of attempts) {
    const end = node === undefined ? `${plugin}: ${reasons.join(', ')}` : `node ${node}`;
    table.push([formatDuration(timeSeconds), wokenBy ? wakesText(wokenBy) : '', end]);
  }
  return table.toString();
}

/** What led to an attempt, the first event first. */
function wakesText(wakes: readonly PastWake[]): string {
  const texts = wakes.map(({ event, queue, timeSeconds }) =>
    queue === 'backoff' ? `${short(event)} at ${formatDuration(timeSeconds)}` : short(event),
  );
  return texts.join(', then ');
}

/** An event without the group of its resource. */
function short(event: string): string {
  return event.slice(event.indexOf('/') + 1);
}

/** How often which event woke the pod, and for nothing. */
function vainTexts(attempts: readonly PastAttempt[]): string[] {
  const counts = new Map<string, { all: number; vain: number }>();
  for (const { node, wokenBy = [] } of attempts.slice(1)) {
    for (const event of new Set(wokenBy.map((wake) => wake.event))) {
      const count = counts.get(event) ?? { all: 0, vain: 0 };
      count.all++;
      if (node === undefined) count.vain++;
      counts.set(event, count);
    }
  }
  return [...counts].map(
    ([event, { all, vain }]) =>
      `  ${short(event)} ${all === 1 ? 'once' : `${all} times`}, ${vain} in vain`,
  );
}

function feasibleTable(feasible: readonly FeasibleNode[]): string {
  const table = openTable([null, null, 70]);
  for (const { node, total, scores } of feasible) {
    const texts = Object.entries(scores).map(([plugin, score]) => `${plugin} ${score}`);
    table.push([node, total > 0 ? `${total}` : '', texts.join(', ')]);
  }
  return table.toString();
}

function rejectedTable(rejected: readonly RejectedNodes[]): string {
  const table = openTable([null, null, 50]);
  for (const { plugin, reasons, nodes } of rejected) {
    const names = nodes.slice(0, NODES_MAX);
    if (nodes.length > names.length) names.push(`and ${nodes.length - names.length} more`);
    table.push([names.join('\n'), plugin, reasons.join('\n')]);
  }
  return table.toString();
}

/** A table without lines between its rows, and a last column that wraps. */
function openTable(colWidths: (number | null)[]) {
  return new Table({
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colWidths,
    wordWrap: true,
  });
}

/** Why a claim fits on a node or not. */
export function explanationText(answer: ClaimAnswer, paint: Paint): string {
  const { claim, node, allocated, outcome } = answer;
  const at = formatDuration(answer.timeSeconds);
  const parts = [`${paint.bold(`claim ${claim} on node ${node}`)}${paint.dim(` at ${at}`)}`];
  if (allocated) {
    const held = allocated.devices.map(({ device }) => device).join(', ');
    parts.push(
      `It is allocated on node ${allocated.node}: ${held || 'no devices'}.`,
      'What follows is about another claim like it.',
    );
  }
  parts.push(verdictText(answer, paint));
  if (answer.beside.length > 0) {
    parts.push(paint.dim(`Beside it the pod needs ${answer.beside.join(', ')} on the same node.`));
  }
  for (const { pool, reason } of answer.unusablePools) {
    parts.push(paint.yellow(`Pool ${pool} is ${reason}`));
  }
  for (const { request, className, wanted, fitting, devices } of answer.requests) {
    const want = wanted === 'all' ? 'all devices' : `${wanted} device${wanted === 1 ? '' : 's'}`;
    const enough = fitting >= (wanted === 'all' ? devices.length : wanted);
    const have = `${fitting} of ${devices.length} would do`;
    parts.push(
      `\nrequest ${request}: ${want} of class ${className}, ${enough ? paint.green(have) : paint.red(have)}`,
      verdictTable(devices, paint),
    );
  }
  for (const { constraint, values } of answer.constraints) {
    const texts = values.map(({ value, fitting }) => {
      const counts = Object.entries(fitting).map(([request, count]) => `${request} ${count}`);
      return `  ${value}: ${counts.join(', ')}`;
    });
    parts.push(`\n${constraint}: devices that would do, by value`, ...texts);
  }
  const { stuck } = answer;
  if (stuck && outcome !== 'fits') {
    parts.push(
      `\nThe search got as far as ${stuck.picked.map(({ request, device }) => `${device} for ${request}`).join(', ')},`,
      `and found nothing more for request ${stuck.request}:`,
      verdictTable(stuck.devices, paint),
    );
  }
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

function verdictText(
  { outcome, error, nodeLocal, devices = [] }: ClaimAnswer,
  paint: Paint,
): string {
  if (outcome === 'fits') {
    const list = devices.map(({ request, device }) => `${device} (${request})`).join(', ');
    return paint.green(`It fits: ${list || 'it needs no devices'}`);
  }
  if (outcome === 'does not fit') return paint.red('It does not fit: cannot allocate all claims');
  const scope = nodeLocal ? 'this node only' : 'the whole scheduling attempt';
  return `${paint.red(`Error: ${error}`)}\n${paint.dim(`It ends ${scope}.`)}`;
}

/** Devices of the same verdict in one line. */
function verdictTable(devices: readonly DeviceVerdict[], paint: Paint): string {
  if (devices.length === 0) return paint.dim('  the node sees no devices');
  const groups = new Map<string, DeviceVerdict[]>();
  for (const device of devices) {
    const key = `${device.verdict}\n${device.detail}`;
    const group = groups.get(key);
    if (group) group.push(device);
    else groups.set(key, [device]);
  }
  const table = openTable([null, null, 60]);
  for (const group of groups.values()) {
    const [{ verdict, detail } = { verdict: '', detail: '' }] = group;
    const names = group.slice(0, LISTED_MAX).map(({ device }) => device);
    if (group.length > LISTED_MAX) names.push(`and ${group.length - LISTED_MAX} more`);
    table.push([names.join('\n'), verdict === 'fits' ? paint.green(verdict) : verdict, detail]);
  }
  return table.toString();
}
