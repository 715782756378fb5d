// Derived attributes (KEP-6080, alpha in 1.37): worked out when a constraint asks, once per expression and
// device content.

import { type CelAttribute, compileDerived } from '../api/cel/derived.js';
import { compileErrorText } from '../api/cel/problem.js';
import type { Features } from '../api/features.js';
import { type DeviceTable, deviceId } from '../cluster/devices.js';
import { ATTRIBUTE_UNKNOWN, type AttributeTable } from './attributes.js';
import type { SelectorTable } from './selectors.js';

/** What a derived attribute is for a device. */
export interface DerivedAnswer {
  /** Value id as one value; a list has none. */
  readonly scalar: number;
  /** Value ids as a set. */
  readonly values: readonly number[];
  /** Why it cannot be worked out, which ends the search; or empty. */
  readonly error: string;
}

/** Works out derived attributes. */
export class DerivedAttributes {
  private readonly compiled = new Map<string, CelAttribute | string>();
  private readonly answers = new Map<string, DerivedAnswer>();

  constructor(
    private readonly devices: DeviceTable,
    private readonly attributes: AttributeTable,
    private readonly selectors: SelectorTable,
    private readonly features: Features,
  ) {}

  /** Forgets all answers, but not what was compiled. */
  forget(): void {
    this.answers.clear();
  }

  /** The attribute `name` that an expression gives a device. */
  find(name: string, expression: string, device: number): DerivedAnswer {
    const content = this.devices.deviceContent[device]!;
    const key = `${content} ${expression}`;
    const known = this.answers.get(key);
    if (known) return known;
    const answer = this.evaluate(name, expression, device);
    // Texts of errors name the device.
    if (answer.error === '') this.answers.set(key, answer);
    return answer;
  }

  private evaluate(name: string, expression: string, device: number): DerivedAnswer {
    const attribute = this.compile(expression);
    const failed = (error: string) => ({ scalar: ATTRIBUTE_UNKNOWN, values: [], error });
    if (typeof attribute === 'string') {
      return failed(`compile derived attribute ${name} failed: ${attribute}`);
    }
    const value = attribute.evaluate(this.selectors.celDevice(device));
    if ('error' in value) {
      const place = `${name} on device ${deviceId(this.devices, device)}`;
      return failed(`evaluate derived attribute ${place} failed: ${value.error}`);
    }
    const values = [...new Set(value.items.map((item) => this.attributes.idOf(item)))];
    return { scalar: value.isList ? ATTRIBUTE_UNKNOWN : values[0]!, values, error: '' };
  }

  private compile(expression: string): CelAttribute | string {
    let attribute = this.compiled.get(expression);
    if (attribute === undefined) {
      const { features } = this;
      const result = compileDerived(expression, {
        minor: features.minor,
        stored: true,
        listTypeAttributes: features.enabled('DRAListTypeAttributes'),
        consumableCapacity: features.enabled('DRAConsumableCapacity'),
      });
      attribute =
        'attribute' in result ? result.attribute : compileErrorText(expression, result.error);
      this.compiled.set(expression, attribute);
    }
    return attribute;
  }
}
