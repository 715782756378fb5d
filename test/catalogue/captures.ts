// Reads captured ResourceSlices that lie beside the checkout, and says how what drasim publishes differs.

import { existsSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Device, ResourceSlice } from '../../src/api/resource.js';
import { publishMachine } from '../../src/catalogue/machines.js';

const FOLDER = new URL('../../../shared/manifests/', import.meta.url);

/** Whether the captures are there; they are no part of the project. */
export const HAS_CAPTURES = existsSync(FOLDER);

export function readCapture(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

/** A partition as the tool that lists all sets names it: with the dot of its profile, without its id. */
export function printedMigName(name: string): string {
  return name.replace(/-mig-(\dg)(\d+gb)(-me)?-\d+-(\d)$/, '-mig-$1.$2$3-$4');
}

/** A device of any version of the API: alpha and early beta wrap it in `basic`. */
type CapturedDevice = Device & { basic?: Omit<Device, 'name'> };

interface CapturedSlice {
  kind?: string;
  items?: CapturedSlice[];
  spec: { devices?: CapturedDevice[]; sharedCounters?: ResourceSlice['spec']['sharedCounters'] };
}

function capturedSlices(file: string): CapturedSlice[] {
  const documents = parseAllDocuments(readCapture(file)).map(
    (document) => document.toJS() as CapturedSlice,
  );
  return documents.flatMap((document) => document.items ?? [document]);
}

export function capturedDevices(file: string): Device[] {
  return capturedSlices(file).flatMap(({ spec }) =>
    (spec.devices ?? []).map(({ basic, ...device }) => ({ ...basic, ...device })),
  );
}

export function capturedCounters(file: string): unknown[] {
  return capturedSlices(file).flatMap(({ spec }) => spec.sharedCounters ?? []);
}

export function publishedSlices(machine: string, driver: string, partitions?: string) {
  const published = publishMachine(machine, 'node', partitions);
  if ('problem' in published) throw new Error(published.problem);
  return published.slices.filter(({ spec }) => spec.driver === driver);
}

export function publishedDevices(machine: string, driver: string, partitions?: string): Device[] {
  const slices = publishedSlices(machine, driver, partitions);
  return slices.flatMap(({ spec }) => [...(spec.devices ?? [])]);
}

/**
 * Differences of two lists of devices, a line for each field: which side alone has it, or that the values
 * differ, and for how many devices.
 *
 * @param pairing - `name` compares devices of one name; `order` the first with the first, and so on
 */
export function compareDevices(
  published: readonly Device[],
  captured: readonly Device[],
  pairing: 'name' | 'order' = 'name',
): string[] {
  const counts = new Map<string, number>();
  const note = (line: string) => void counts.set(line, (counts.get(line) ?? 0) + 1);
  const pairs = captured.map((device, index) => ({
    device,
    own: pairing === 'name' ? published.find(({ name }) => name === device.name) : published[index],
  }));
  for (const { device, own } of pairs) {
    if (!own) {
      note(`device ${device.name}: captured only`);
      continue;
    }
    if (own.name !== device.name) note('name: value');
    for (const part of ['attributes', 'capacity', 'consumesCounters'] as const) {
      compareFields(part, fields(own, part), fields(device, part), note);
    }
  }
  const extra = pairing === 'name' ? published.filter(({ name }) => !hasName(captured, name)) : [];
  for (const { name } of extra) note(`device ${name}: published only`);
  return [...counts].map(([line, count]) => `${line} (${count})`).sort();
}

const hasName = (devices: readonly Device[], name: string) =>
  devices.some((device) => device.name === name);

type Fields = Readonly<Record<string, unknown>>;

function fields(device: Device, part: 'attributes' | 'capacity' | 'consumesCounters'): Fields {
  if (part !== 'consumesCounters') return device[part] ?? {};
  const sets = device.consumesCounters ?? [];
  return Object.fromEntries(sets.map(({ counterSet, counters }) => [counterSet, counters]));
}

function compareFields(
  part: string,
  own: Fields,
  captured: Fields,
  note: (line: string) => void,
): void {
  for (const name of new Set([...Object.keys(own), ...Object.keys(captured)])) {
    const field = part === 'attributes' ? name : `${part} ${name}`;
    if (!Object.hasOwn(captured, name)) note(`${field}: published only`);
    else if (!Object.hasOwn(own, name)) note(`${field}: captured only`);
    else if (!isSame(own[name], captured[name])) note(`${field}: value`);
  }
}

/** Whether two plain values are equal, whatever the order of keys. */
function isSame(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
