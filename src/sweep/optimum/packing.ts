// The packing problem of a moment as a linear program: how many pods of each shape go to each site, and how many of their
// devices come from each group, so that most units are in use. Whatever a rule cannot say in sums is left out, which
// makes the program a relaxation: its optimum is then an upper bound and no more.

import { PODS } from '../../cluster/nodes.js';
import type { RequestShape } from '../../dra/claimshape.js';
import type { PodShape } from '../../scheduler/podshape.js';
import type { Run } from '../../simulator/simulator.js';
import { LinearProgram } from './linearprogram.js';
import type { Demand } from './moment.js';
import { type Rounding, roundingsFor } from './roundings.js';
import {
  type DeviceGroup,
  mergedSites,
  type Questions,
  type Site,
  separateSites,
} from './sites.js';
import { type Way, waysOf } from './ways.js';

/** Devices that a way takes from a group: `each` for every one of a column. */
interface Taking {
  readonly request: RequestShape;
  readonly group: DeviceGroup;
  readonly column: number;
  readonly each: number;
}

/**
 * The packing problem of the pods of a moment; null where its program would have more columns than allowed.
 *
 * @param options - merged, equal nodes are one, and the program's value is an upper bound; otherwise in whole numbers
 *   it is exact, as far as `relaxationsOf` names nothing
 */
export function packingOf(
  run: Run,
  demand: readonly Demand[],
  { isMerged, columnsMax = Infinity }: { isMerged: boolean; columnsMax?: number },
): LinearProgram | null {
  const questions = questionsOf(demand);
  const builder = new PackingBuilder(run, questions, demand);
  for (const site of isMerged ? mergedSites(run, questions) : separateSites(run, questions)) {
    builder.addSite(site);
    if (builder.program.columns > columnsMax) return null;
  }
  return builder.program;
}

function questionsOf(demand: readonly Demand[]): Questions {
  const shapes = demand.map(({ shape }) => shape);
  const claims = shapes.flatMap((shape) => shape.claims.map((entry) => entry.shape));
  const requests = claims.flatMap((claim) => claim.requests.flatMap((one) => one.alternatives));
  const constraints = claims.flatMap((claim) => claim.constraints);
  const resources = shapes.flatMap((shape) => [...shape.resources]);
  return {
    shapes,
    requests: [...new Set(requests)],
    resources: [...new Set([...resources, PODS])].sort((left, right) => left - right),
    attributes: [...new Set(constraints.map(({ attribute }) => attribute))],
  };
}

class PackingBuilder {
  readonly program = new LinearProgram();
  /** No more pods of a shape than there are. */
  private readonly demandRows: number[];
  /** Rows by what they limit, and columns of units in use; those of a site with its number before. */
  private readonly rows = new Map<string, number>();
  private readonly roundings = new Map<number, readonly Rounding[]>();
  private sites = 0;

  constructor(
    private readonly run: Run,
    private readonly questions: Questions,
    private readonly demand: readonly Demand[],
  ) {
    this.demandRows = demand.map(({ pods }) => this.program.addRow(0, pods));
  }

  addSite(site: Site): void {
    const prefix = `${this.sites++} `;
    const resourceRows = site.allocatable.map((amount) =>
      this.program.addRow(0, amount * site.nodes),
    );
    this.demand.forEach(({ shape, pods }, index) => {
      if (!site.allows[index] || !this.hasRoom(shape, site)) return;
      for (const way of waysOf(shape, site, this.questions)) {
        const column = this.program.addColumn(pods);
        this.program.add(this.demandRows[index]!, column, 1);
        this.takeResources(column, shape, resourceRows);
        const takings = this.choose(column, way, pods);
        for (const taking of takings) this.takeDevices(taking, site, prefix);
        this.keepDistinct(column, way, takings);
      }
    });
  }

  private hasRoom({ resources, amounts }: PodShape, site: Site): boolean {
    return resources.every(
      (resource, index) =>
        amounts[index]! <= site.allocatable[this.questions.resources.indexOf(resource)]!,
    );
  }

  private takeResources(column: number, shape: PodShape, rows: readonly number[]): void {
    const { resources } = this.questions;
    this.program.add(rows[resources.indexOf(PODS)]!, column, 1);
    shape.resources.forEach((resource, index) => {
      this.program.add(rows[resources.indexOf(resource)]!, column, shape.amounts[index]!);
    });
  }

  /** Which groups the devices of a way come from: columns of their own where there are several. */
  private choose(column: number, { choices }: Way, pods: number): Taking[] {
    const { program } = this;
    return choices.flatMap(({ request, groups }) => {
      if (request.all)
        return groups.map((group) => ({ request, group, column, each: group.count }));
      if (groups.length === 1) {
        return [{ request, group: groups[0]!, column, each: request.count }];
      }
      const sum = program.addRow(0, 0);
      program.add(sum, column, -request.count);
      return groups.map((group) => {
        const own = program.addColumn(pods * request.count);
        program.add(sum, own, 1);
        // Whole devices of one pod are different ones.
        if (!group.givesShares && group.count < request.count) {
          const row = program.addRow(-Infinity, 0);
          program.add(row, own, 1);
          program.add(row, column, -group.count);
        }
        return { request, group, column: own, each: 1 };
      });
    });
  }

  /** Each value of the attribute at most once a pod. */
  private keepDistinct(column: number, { distinct }: Way, takings: readonly Taking[]): void {
    for (const { attribute, requests } of distinct) {
      const rows = new Map<number, number>();
      for (const { request, group, column: own, each } of takings) {
        if (!requests.includes(request)) continue;
        const value = group.values[attribute]!;
        if (!rows.has(value)) {
          rows.set(value, this.program.addRow(-Infinity, 0));
          this.program.add(rows.get(value)!, column, -1);
        }
        this.program.add(rows.get(value)!, own, each);
      }
    }
  }

  private takeDevices({ group, request, column, each }: Taking, site: Site, own: string): void {
    const { device, isShared, draws, parent, part } = group;
    const prefix = isShared ? '' : own;
    const copies = isShared ? 1 : site.nodes;
    const name = `${prefix}device ${device}`;
    const count = group.count * copies;
    if (group.givesShares) this.takeShares(group, request, column, each, { name, count });
    else this.take(name, count, column, each);
    if (parent === '') {
      if (!group.givesShares) this.program.addWorth(column, each);
      return;
    }
    for (const { counter, amount } of draws) {
      const size = site.counters.get(counter)! * copies;
      this.take(`${prefix}${counter}`, size, column, each * amount);
    }
    const parents = isShared ? 1 : site.parents.get(parent)! * copies;
    this.use(`${prefix}${parent}`, parents, column, each * part);
  }

  /** Shares take of each capacity; a device is in use as far as the fullest of them is. */
  private takeShares(
    group: DeviceGroup,
    request: RequestShape,
    column: number,
    each: number,
    { name, count }: { name: string; count: number },
  ): void {
    const { device } = group;
    const { capacityStart, capacityValue } = this.run.input.cluster.devices;
    let part = 0;
    let capacities = 0;
    for (let row = capacityStart[device]!; row < capacityStart[device + 1]!; row++) {
      const size = capacityValue[row]!;
      if (size <= 0) continue;
      capacities++;
      const amount = this.run.allocator.consumed(request, row);
      const key = `${name} capacity ${row}`;
      part = Math.max(part, amount / size);
      this.take(key, count, column, (each * amount) / size);
      this.roundingsOf(group, row).forEach((round, index) => {
        this.take(`${key} rounding ${index}`, count, column, each * round(amount, size));
      });
    }
    if (capacities === 1) this.program.addWorth(column, each * part);
    else this.use(`${name} use`, count, column, each * part);
  }

  private roundingsOf({ fits }: DeviceGroup, row: number): readonly Rounding[] {
    let roundings = this.roundings.get(row);
    if (!roundings) {
      const requests = this.questions.requests.filter((_, index) => fits[index]);
      const amounts = requests.map((request) => this.run.allocator.consumed(request, row));
      const { capacityValue } = this.run.input.cluster.devices;
      roundings = roundingsFor(amounts, capacityValue[row]!);
      this.roundings.set(row, roundings);
    }
    return roundings;
  }

  /** Takes of what a name limits. */
  private take(name: string, most: number, column: number, amount: number): void {
    let row = this.rows.get(name);
    if (row === undefined) {
      row = this.program.addRow(-Infinity, most);
      this.rows.set(name, row);
    }
    if (amount !== 0) this.program.add(row, column, amount);
  }

  /** Puts units to use that several devices make up: no more than there are. */
  private use(name: string, units: number, column: number, amount: number): void {
    const key = `use of ${name}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      const used = this.program.addColumn(units, false);
      this.program.addWorth(used, 1);
      row = this.program.addRow(-Infinity, 0);
      this.program.add(row, used, 1);
      this.rows.set(key, row);
    }
    this.program.add(row, column, -amount);
  }
}
