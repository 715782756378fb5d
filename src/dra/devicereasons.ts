// What stood against a device, in words: who holds it, what a selector saw, how much is short of how much.

import type { Mention } from '../api/cel/selector.js';
import type { DeviceAttribute } from '../api/resource.js';
import type { ClaimShape, ConstraintShape, RequestShape } from './claimshape.js';
import { isCovered } from './constraints.js';
import type { ExplanationContext } from './explanation.js';
import type { Picks } from './picks.js';
import { keepsAway } from './taintcheck.js';
import {
  REFUSED_BY_CAPACITY,
  REFUSED_BY_CONSTRAINT,
  REFUSED_BY_COUNTERS,
  REFUSED_BY_OPERATIONS,
  REFUSED_BY_SELECTOR,
  REFUSED_BY_TAINT,
  type Refusal,
} from './trial.js';

interface Reason {
  verdict: string;
  detail: string;
}

/** Reasons for refusals of the devices of one claim's search. */
export class DeviceReasons {
  constructor(
    private readonly context: ExplanationContext,
    private readonly shape: ClaimShape,
  ) {}

  /** Whether a constraint of the claim speaks of a request. */
  isCovered(constraint: ConstraintShape, request: RequestShape): boolean {
    return isCovered(constraint, request.name);
  }

  describe(refusal: Refusal, request: RequestShape, device: number, picks: Picks): Reason {
    switch (refusal) {
      case REFUSED_BY_SELECTOR:
        return { verdict: 'selector', detail: this.selectorText(request, device) };
      case REFUSED_BY_CAPACITY:
        return { verdict: 'capacity', detail: this.capacityText(request, device) };
      case REFUSED_BY_COUNTERS:
        return { verdict: 'counters', detail: this.counterText(device) };
      case REFUSED_BY_TAINT:
        return { verdict: 'taint', detail: this.taintText(request, device) };
      case REFUSED_BY_CONSTRAINT:
        return { verdict: 'constraint', detail: this.constraintText(request, device, picks) };
      case REFUSED_BY_OPERATIONS:
        return {
          verdict: 'kubelet',
          detail: 'the node does not declare DRAOptionalNodeOperations',
        };
      default:
        return { verdict: 'in use', detail: this.holderText(device, picks) };
    }
  }

  /** An attribute of a device as a person reads it. */
  attributeText({ attributeName }: ConstraintShape, device: number): string {
    const { objects, slices, deviceSlice } = this.context.cluster.devices;
    const { driver } = slices[deviceSlice[device]!]!.spec;
    const attributes = objects[device]!.attributes ?? {};
    const slash = attributeName.indexOf('/');
    const own =
      attributeName.slice(0, slash) === driver
        ? attributes[attributeName.slice(slash + 1)]
        : undefined;
    const attribute = attributes[attributeName] ?? own;
    return attribute === undefined ? 'not set' : valueText(attribute);
  }

  private holderText(device: number, picks: Picks): string {
    const holder = this.context.cluster.devices.holder[device]!;
    if (holder >= 0) return `by claim ${this.context.nameOf(holder)}`;
    for (let index = 0; index < picks.count; index++) {
      if (picks.device[index] !== device) continue;
      const list = this.shape.requests[picks.request[index]!]!;
      return `by request ${list.alternatives[picks.alternative[index]!]!.name} of this claim`;
    }
    return '';
  }

  private selectorText(request: RequestShape, device: number): string {
    const { selectors } = this.context.allocator;
    const refusing = selectors.refusing(request.selectors, device);
    if (!refusing) return 'devices with binding conditions are not known to this version';
    const { source, mentions } = refusing;
    const owner = source.className === null ? 'the claim' : `class ${source.className}`;
    const seen = mentions.map((mention) => this.mentionText(mention, device));
    const values = seen.length > 0 ? `; ${seen.join(', ')}` : '';
    return `selector #${source.index} of ${owner}: ${source.expression.trim()}${values}`;
  }

  private mentionText(mention: Mention, device: number): string {
    const { objects, slices, deviceSlice } = this.context.cluster.devices;
    const { driver } = slices[deviceSlice[device]!]!.spec;
    if (mention.of === 'driver') return `driver is ${driver}`;
    const { of, domain, id } = mention;
    const { attributes = {}, capacity = {} } = objects[device]!;
    const names = [`${domain}/${id}`, ...(domain === driver ? [id] : [])];
    for (const name of names) {
      const value = of === 'capacity' ? capacity[name]?.value : attributes[name];
      if (value !== undefined)
        return `${id} is ${typeof value === 'string' ? value : valueText(value)}`;
    }
    return `${id} is not set`;
  }

  private capacityText(request: RequestShape, device: number): string {
    const { devices, scales } = this.context.cluster;
    const { capacityStart, capacityName, capacityNames, capacityUsed, capacityValue } = devices;
    const names = new Set<string>();
    const short: string[] = [];
    for (let row = capacityStart[device]!; row < capacityStart[device + 1]!; row++) {
      const name = capacityNames.text(capacityName[row]!);
      names.add(name);
      const wanted = this.context.allocator.consumed(request, row);
      const left = capacityValue[row]! - capacityUsed[row]!;
      if (wanted <= left) continue;
      short.push(
        `${name}: ${scales.quantity(name, wanted)} wanted, ${scales.quantity(name, left)} of ` +
          `${scales.quantity(name, capacityValue[row]!)} left`,
      );
    }
    const missing = [...request.capacity.quantities.keys()].filter((name) => !names.has(name));
    short.push(...missing.map((name) => `the device has no capacity ${name}`));
    return short.length > 0 ? short.join('; ') : 'the amount is none that its policy allows';
  }

  private counterText(device: number): string {
    const { devices, scales } = this.context.cluster;
    const { consumeStart, consumeCounter, consumeAmount, counters, counterUsed, counterValue } =
      devices;
    const short: string[] = [];
    for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
      const counter = consumeCounter[row]!;
      const left = counterValue[counter]! - counterUsed[counter]!;
      if (consumeAmount[row]! <= left) continue;
      const [set, name] = counters.text(counter).split('/').slice(-2) as [string, string];
      short.push(
        `${set}/${name}: ${scales.quantity(name, consumeAmount[row]!)} drawn, ` +
          `${scales.quantity(name, left)} of ${scales.quantity(name, counterValue[counter]!)} left`,
      );
    }
    return (
      short.join('; ') || 'another counter of its pool is overdrawn, or its groups do not agree'
    );
  }

  private taintText(request: RequestShape, device: number): string {
    const { taintLists, deviceTaints } = this.context.cluster.devices;
    const { quirks } = this.context.allocator.features;
    return taintLists[deviceTaints[device]!]!.filter((taint) => keepsAway(taint, request, quirks))
      .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`)
      .join(', ');
  }

  private constraintText(request: RequestShape, device: number, picks: Picks): string {
    const texts = this.shape.constraints
      .filter((constraint) => isCovered(constraint, request.name))
      .map((constraint) => {
        const own = this.attributeText(constraint, device);
        const others = new Set<string>();
        for (let index = 0; index < picks.count; index++) {
          const list = this.shape.requests[picks.request[index]!]!;
          const picked = list.alternatives[picks.alternative[index]!]!;
          if (isCovered(constraint, picked.name)) {
            others.add(this.attributeText(constraint, picks.device[index]!));
          }
        }
        const rule = constraint.distinct ? 'must differ from' : 'must match';
        const picked = others.size > 0 ? `, ${rule} ${[...others].join(', ')}` : '';
        return `${constraint.attributeName} is ${own}${picked}`;
      });
    return texts.join('; ');
  }
}

function valueText(attribute: DeviceAttribute): string {
  const { int, bool, string, version, ...lists } = attribute;
  const scalar = int ?? bool ?? string ?? version;
  if (scalar !== undefined) return `${scalar}`;
  return `[${Object.values(lists).flat().join(', ')}]`;
}
