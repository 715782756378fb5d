// Consumable capacity (KEP-5075): how much of a device's capacity one share takes, and whether that is
// allowed. Policies are worked out once for each request that meets them, with exact quantities; the search
// only adds and compares. Source: k8s.io/dynamic-resource-allocation/structured, consumable_capacity.go (1.37).

import type { AllocatorQuirks } from '../api/allocatorquirks.js';
import { Quantity } from '../api/quantity.js';
import type { CapacityRequestPolicy } from '../api/resource.js';
import type { AmountScales } from '../cluster/amounts.js';
import type { DeviceTable } from '../cluster/devices.js';
import { Interner } from '../cluster/interner.js';
import type { Journal } from '../cluster/journal.js';

/** Outcome of a capacity check. */
export const CAPACITY_SUFFICES = 0;
export const CAPACITY_SHORT = 1;
/** An amount cannot be worked out, which ends the attempt; the text stands in `fault`. */
export const CAPACITY_FAULT = 2;
type CapacityOutcome = typeof CAPACITY_SUFFICES | typeof CAPACITY_SHORT | typeof CAPACITY_FAULT;

const NO_POLICY = -1;
const MILLI_POWER = -3;
const INT64_MAX = 2n ** 63n - 1n;

/** The capacities that one request names, with what policies make of them. */
export interface CapacityRequest {
  /** Requested quantities by capacity name. */
  readonly quantities: ReadonlyMap<string, Quantity>;
  /** Amounts by capacity name id, NaN where the request does not name the capacity. */
  readonly amounts: Float64Array;
  /** True when a requested capacity exists on no device at all: nothing can match. */
  readonly isUnknown: boolean;
  /** What policies make of the request, by policy; filled when asked for. */
  readonly rulings: (Ruling | undefined)[];
}

/** What a policy makes of a request: an amount (NaN for all of the capacity), a violation, or a fault. */
interface Ruling {
  readonly amount: number;
  /** The amount exactly; undefined for all of the capacity. */
  readonly quantity: Quantity | undefined;
  readonly isViolated: boolean;
  readonly fault: string;
}

interface Policy {
  readonly name: string;
  readonly policy: CapacityRequestPolicy;
}

/** Which arithmetic of ranges is in force. */
export interface CapacityFeatures {
  /** Gate DRAFractionalCapacityRange: ranges whose bounds are thousandths count in thousandths. */
  fractionalRange: boolean;
  /** Whether amounts that 64 bits cannot represent are no faults. */
  quirks: Pick<AllocatorQuirks, 'overlooksRange'>;
}

/** Capacities of the devices of a run. */
export class Capacities {
  private readonly policyOf: Int32Array;
  private readonly policies: Policy[] = [];
  /** Why the last check failed with CAPACITY_FAULT: `capacity "x": …`. */
  fault = '';

  constructor(
    private readonly devices: DeviceTable,
    private readonly scales: AmountScales,
    private readonly features: CapacityFeatures,
  ) {
    const { capacityStart, objects } = devices;
    this.policyOf = new Int32Array(capacityStart[devices.count]!).fill(NO_POLICY);
    const ids = new Interner();
    for (let device = 0; device < devices.count; device++) {
      let row = capacityStart[device]!;
      for (const [name, { requestPolicy }] of Object.entries(objects[device]!.capacity ?? {})) {
        if (requestPolicy) {
          const id = ids.id(JSON.stringify([name, requestPolicy]));
          if (id === this.policies.length) this.policies.push({ name, policy: requestPolicy });
          this.policyOf[row] = id;
        }
        row++;
      }
    }
  }

  /**
   * Compiles the capacities that a request names.
   *
   * @throws DrasimError `ERR_QUANTITY_RANGE` when an amount cannot be held exactly
   */
  compile(requests: Readonly<Record<string, string>> | undefined, path: string): CapacityRequest {
    const { capacityNames } = this.devices;
    const amounts = new Float64Array(capacityNames.size).fill(Number.NaN);
    const quantities = new Map<string, Quantity>();
    let isUnknown = false;
    for (const [name, text] of Object.entries(requests ?? {})) {
      quantities.set(name, Quantity.parse(text));
      const id = capacityNames.find(name);
      if (id < 0) isUnknown = true;
      else
        amounts[id] = this.scales.compileWanted(name, text, `${path}.capacity.requests[${name}]`);
    }
    return { quantities, amounts, isUnknown, rulings: [] };
  }

  /** Whether a policy has a say in what is taken of the capacity in a row. */
  hasPolicy(row: number): boolean {
    return this.policyOf[row] !== NO_POLICY;
  }

  /** What one share of the device takes of the capacity in a row. */
  consumed(request: CapacityRequest, row: number): number {
    const policy = this.policyOf[row]!;
    const wanted =
      policy === NO_POLICY
        ? request.amounts[this.devices.capacityName[row]!]!
        : this.ruling(request, policy).amount;
    return Number.isNaN(wanted) ? this.devices.capacityValue[row]! : wanted;
  }

  /** What one share of the device takes of the capacity in a row, exactly. */
  consumedQuantity(request: CapacityRequest, row: number): Quantity {
    const name = this.devices.capacityNames.text(this.devices.capacityName[row]!);
    const policy = this.policyOf[row]!;
    const wanted =
      policy === NO_POLICY ? request.quantities.get(name) : this.ruling(request, policy).quantity;
    return wanted ?? this.scales.quantity(name, this.devices.capacityValue[row]!);
  }

  /**
   * Whether a device has what a request takes of each of its capacities.
   *
   * @param countUse - false compares with what the device publishes, use left aside
   */
  check(request: CapacityRequest, device: number, countUse: boolean): CapacityOutcome {
    if (request.isUnknown) return CAPACITY_SHORT;
    const { capacityStart, capacityName, capacityValue, capacityUsed } = this.devices;
    const start = capacityStart[device]!;
    const end = capacityStart[device + 1]!;
    let named = 0;
    for (let row = start; row < end; row++) {
      if (!Number.isNaN(request.amounts[capacityName[row]!]!)) named++;
    }
    if (named !== request.quantities.size) return CAPACITY_SHORT;
    let outcome: CapacityOutcome = CAPACITY_SUFFICES;
    for (let row = start; row < end; row++) {
      const policy = this.policyOf[row]!;
      const consumed = this.consumed(request, row);
      const ruling = policy === NO_POLICY ? null : this.ruling(request, policy);
      if (ruling?.fault || (consumed < 0 && !this.features.quirks.overlooksRange)) {
        return this.fail(row, ruling?.fault);
      }
      const used = countUse ? capacityUsed[row]! : 0;
      if (ruling?.isViolated || used + consumed > capacityValue[row]!) outcome = CAPACITY_SHORT;
    }
    return outcome;
  }

  /** Takes a share of each capacity of the device. */
  take(request: CapacityRequest, device: number, journal: Journal): void {
    const { capacityStart, capacityUsed } = this.devices;
    const end = capacityStart[device + 1]!;
    for (let row = capacityStart[device]!; row < end; row++) {
      journal.add(capacityUsed, row, this.consumed(request, row));
    }
  }

  private fail(row: number, fault: string | undefined): typeof CAPACITY_FAULT {
    const name = this.devices.capacityNames.text(this.devices.capacityName[row]!);
    this.fault = `capacity ${JSON.stringify(name)}: ${fault || 'capacity value is negative'}`;
    return CAPACITY_FAULT;
  }

  private ruling(request: CapacityRequest, policy: number): Ruling {
    let ruling = request.rulings[policy];
    if (!ruling) {
      ruling = this.rule(request, this.policies[policy]!);
      request.rulings[policy] = ruling;
    }
    return ruling;
  }

  private rule({ quantities }: CapacityRequest, { name, policy }: Policy): Ruling {
    const wanted = quantities.get(name);
    const preset = quantityOf(policy.default);
    if (!wanted) {
      const amount = preset ? this.amount(name, preset) : Number.NaN;
      return { amount, quantity: preset, isViolated: false, fault: '' };
    }
    let consumed = wanted;
    if (policy.validRange) {
      const range = this.rangeOf(policy);
      const rounded = range.round(wanted);
      if (typeof rounded === 'string') {
        return { amount: 0, quantity: undefined, isViolated: false, fault: rounded };
      }
      consumed = rounded;
    } else if (policy.validValues) {
      const values = policy.validValues.map((text) => Quantity.parse(text));
      consumed = values.find((value) => value.compare(wanted) >= 0) ?? wanted;
    }
    const isViolated = !(preset && consumed.equals(preset)) && this.isViolated(policy, consumed);
    return { amount: this.amount(name, consumed), quantity: consumed, isViolated, fault: '' };
  }

  private isViolated(policy: CapacityRequestPolicy, consumed: Quantity): boolean {
    if (policy.validRange) return this.rangeOf(policy).isViolated(consumed);
    return (
      policy.validValues !== undefined &&
      !policy.validValues.some((text) => Quantity.parse(text).equals(consumed))
    );
  }

  private rangeOf({ validRange }: CapacityRequestPolicy): Range {
    const { min, max, step } = validRange!;
    const bounds = {
      min: quantityOf(min) ?? Quantity.ZERO,
      max: quantityOf(max),
      step: quantityOf(step),
    };
    return new Range(bounds, this.features);
  }

  private amount(name: string, quantity: Quantity): number {
    return this.scales.compileWanted(name, quantity.exact(), `capacity[${name}]`);
  }
}

interface RangeBounds {
  min: Quantity;
  max: Quantity | undefined;
  step: Quantity | undefined;
}

/** Rounding within `validRange`: in whole units, or in thousandths where all bounds are such. */
class Range {
  private readonly power: 0 | -3;

  constructor(
    private readonly bounds: RangeBounds,
    private readonly features: CapacityFeatures,
  ) {
    const { min, max, step } = bounds;
    const isMilli = (quantity: Quantity | undefined) =>
      quantity === undefined || isInt64(quantity.wholeIn(MILLI_POWER));
    const usesMilli =
      features.fractionalRange && isMilli(min) && isMilli(max) && step && isMilli(step);
    this.power = usesMilli && step.sign() > 0 ? MILLI_POWER : 0;
  }

  /** The consumed amount, or why it cannot be represented. */
  round(wanted: Quantity): Quantity | string {
    const { min, step } = this.bounds;
    if (wanted.compare(min) < 0) return min;
    if (!step) return wanted;
    const place = "capacity request cannot be represented in the device's range arithmetic: ";
    const request = this.units(wanted);
    const guards = !this.features.quirks.overlooksRange;
    if (this.power === MILLI_POWER) {
      if (!isInt64(wanted.wholeIn(MILLI_POWER))) {
        return `${place}request ${wanted} is not a representable milli value`;
      }
    } else if (guards && request > INT64_MAX) {
      return `${place}request ${wanted} exceeds MaxInt64`;
    }
    const from = this.units(min);
    const stride = this.units(step);
    const rounded = from + ceilDivide(request - from, stride) * stride;
    if (guards && rounded > INT64_MAX) {
      const limit = this.power === MILLI_POWER ? 'the milli-value range' : 'MaxInt64';
      return `${place}rounding request ${wanted} up to the next step passes ${limit}`;
    }
    return Quantity.of(rounded, 'BinarySI', this.power);
  }

  isViolated(consumed: Quantity): boolean {
    const { min, max, step } = this.bounds;
    if (max && consumed.compare(max) > 0) return true;
    if (!step) return false;
    return (this.units(consumed) - this.units(min)) % this.units(step) !== 0n;
  }

  /** In thousandths exactly, or in whole units rounded up. */
  private units(quantity: Quantity): bigint {
    return quantity.roundUp(this.power).wholeIn(this.power)!;
  }
}

function isInt64(value: bigint | undefined): boolean {
  return value !== undefined && value <= INT64_MAX && value >= -INT64_MAX;
}

function ceilDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return left % right > 0n ? quotient + 1n : quotient;
}

function quantityOf(text: string | null | undefined): Quantity | undefined {
  return text === undefined || text === null ? undefined : Quantity.parse(text);
}
