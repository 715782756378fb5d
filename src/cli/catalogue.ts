// `drasim catalogue`: the built-in machines and devices, and what a machine publishes.

import Table from 'cli-table3';
import { stringify } from 'yaml';
import { FPGAS } from '../catalogue/fpgas.js';
import { GPUS } from '../catalogue/gpus.js';
import { catalogueClasses, partitionsOf, publishMachine } from '../catalogue/machines.js';
import { MACHINES } from '../catalogue/machinespecs.js';
import { MIG_PROFILES } from '../catalogue/mig.js';
import { NICS } from '../catalogue/nics.js';
import { RADIOS } from '../catalogue/radios.js';
import { DrasimError, nearNames } from '../errors.js';
import { jsonText } from '../report/json.js';

/** Devices of all kinds, by the names under which they are listed. */
const DEVICES = { ...GPUS, ...NICS, ...FPGAS, ...RADIOS };

/** Lists machines, devices and device classes. */
export function listCommand({ format }: { format: 'text' | 'json' }): number {
  const classes = catalogueClasses().map((entry) => entry.metadata.name);
  if (format === 'json') {
    const machines = Object.fromEntries(
      Object.entries(MACHINES).map(([name, spec]) => [
        name,
        { ...spec, partitions: partitionsOf(spec) },
      ]),
    );
    const devices = { gpus: GPUS, nics: NICS, fpgas: FPGAS, radios: RADIOS };
    process.stdout.write(jsonText({ machines, ...devices, classes }));
    return 0;
  }
  process.stdout.write(
    `${listMachines()}\n\n${listDevices()}\n\nDevice classes: ${classes.join(', ')}\n` +
      'drasim catalogue show NAME prints what a machine publishes.\n',
  );
  return 0;
}

function listMachines(): string {
  const machines = table(['machine', 'CPUs', 'GiB', 'partitions', 'what', 'source']);
  for (const [name, spec] of Object.entries(MACHINES)) {
    const partitions = partitionsOf(spec).join(', ');
    machines.push([name, spec.cpu, spec.memoryGib, partitions, spec.about, spec.source]);
  }
  return machines.toString();
}

function listDevices(): string {
  const devices = table(['device', 'driver', 'product', 'what there is of it', 'source']);
  for (const [name, { driver, productName, memory, mig, splits, source }] of Object.entries(GPUS)) {
    const facts = [
      memory || 'no capacity published',
      ...(mig === undefined ? [] : [`${MIG_PROFILES[mig]!.length} MIG profiles`]),
      ...(splits ? [`splits ${Object.keys(splits).join(', ')}`] : []),
    ];
    devices.push([name, driver, productName, facts.join(', '), source]);
  }
  for (const [name, { driver, product, speedGbps, shared, source }] of Object.entries(NICS)) {
    devices.push([name, driver, product, `${speedGbps} Gb/s${shared ? ', shared' : ''}`, source]);
  }
  for (const [name, { driver, model, luts, regions, source }] of Object.entries(FPGAS)) {
    const facts = `${luts} LUTs${regions > 1 ? `, ${regions} regions` : ''}`;
    devices.push([name, driver, model, facts, source]);
  }
  for (const [name, { driver, model, source }] of Object.entries(RADIOS)) {
    devices.push([name, driver, model, 'software radio, no capacity published', source]);
  }
  return devices.toString();
}

/**
 * Prints the Node and the ResourceSlices of a machine, or the facts of a device.
 *
 * @throws DrasimError `ERR_MACHINE_UNKNOWN` for a name or a kind of partitions that does not exist
 */
export function showCommand(
  name: string,
  options: { partitions?: string; format: 'yaml' | 'json' },
): number {
  const machine = publishMachine(name, name.replaceAll('.', '-'), options.partitions);
  if ('problem' in machine) {
    if (machine.field === 'machine') return showDevice(name, options.format);
    const { problem, field, hint } = machine;
    throw new DrasimError({ code: 'ERR_MACHINE_UNKNOWN', path: field, message: problem, hint });
  }
  const objects = [machine.node, ...machine.slices];
  if (options.format === 'json') {
    process.stdout.write(jsonText({ apiVersion: 'v1', kind: 'List', items: objects }));
  } else {
    process.stdout.write(objects.map((object) => manifestYaml(object)).join('---\n'));
  }
  return 0;
}

function showDevice(name: string, format: 'yaml' | 'json'): number {
  if (Object.hasOwn(DEVICES, name)) {
    const device = DEVICES[name];
    process.stdout.write(format === 'json' ? jsonText(device) : stringify(device));
    return 0;
  }
  const near = nearNames(name, [...Object.keys(MACHINES), ...Object.keys(DEVICES)]);
  throw new DrasimError({
    code: 'ERR_MACHINE_UNKNOWN',
    path: 'name',
    message: `there is no machine or device ${name} in the catalogue`,
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'see `drasim catalogue`',
  });
}

function manifestYaml(object: object): string {
  return stringify(object, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 });
}

function table(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}
