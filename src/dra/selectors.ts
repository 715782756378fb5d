// Which devices a request may have at all: the class's selectors and its own, compiled once per distinct
// list of expressions and evaluated once per (list, device content). Nothing here depends on use.

import type { AllocatorFeatures } from '../api/allocator.js';
import { compileErrorText } from '../api/cel/problem.js';
import {
  type CelDevice,
  type CelSelector,
  compileSelector,
  type Mention,
} from '../api/cel/selector.js';
import type { Features } from '../api/features.js';
import { type DeviceTable, deviceId } from '../cluster/devices.js';

/** One selector of a class or of a claim's request. */
export interface SelectorSource {
  /** Name of the class; null for the claim's own selectors. */
  className: string | null;
  /** Position in its list. */
  index: number;
  expression: string;
}

// Answers by content; 0 is "not asked yet", also after a failed evaluation.
const NO = 1;
const YES = 2;

/** Since 1.37 the commonest mistake comes with its way out, in upstream's words. */
const MISSING_KEY_HINT =
  '. consider using CEL optional chaining (.? followed by orValue()) or guarding the check with ' +
  'has() for optional fields';

const LIST_HIDDEN = ': CEL runtime error: attribute: unsupported attribute value';

/** A list of selectors that must all hold, with the answers known so far. */
interface SelectorList {
  sources: readonly SelectorSource[];
  answers: Uint8Array;
}

/** Selector lists of a run by id; equal lists share one id and its answers. */
export class SelectorTable {
  private readonly ids = new Map<string, number>();
  private readonly lists: SelectorList[] = [];
  private readonly compiled = new Map<string, CelSelector | string>();
  private failure: { source: SelectorSource; text: string } | null = null;
  /** Evaluations of expressions on device contents so far. */
  evaluations = 0;

  constructor(
    private readonly devices: DeviceTable,
    private readonly features: Features,
    private readonly options: Pick<AllocatorFeatures, 'allocator' | 'quirks'>,
  ) {}

  /** Registers a list of selectors; the order is that of evaluation. */
  register(sources: readonly SelectorSource[]): number {
    const key = JSON.stringify(
      sources.map(({ className, index, expression }) => [className, index, expression]),
    );
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.lists.length;
      this.ids.set(key, id);
      const answers = new Uint8Array(this.devices.contentDevice.length);
      this.lists.push({ sources, answers });
    }
    return id;
  }

  /**
   * Whether a device satisfies a list. A selector that cannot be evaluated says no and makes `hasFailed`
   * true, which ends the scheduling attempt (upstream never treats it as "does not match").
   */
  matches(list: number, device: number): boolean {
    const { answers } = this.lists[list]!;
    const answer = answers[this.devices.deviceContent[device]!]!;
    if (answer === YES) return true;
    if (answer === NO) return false;
    return this.evaluate(this.lists[list]!, device);
  }

  /** Forgets all answers, but not what was compiled. */
  forget(): void {
    for (const { answers } of this.lists) answers.fill(0);
  }

  /** Whether the last `matches` could not be answered. */
  get hasFailed(): boolean {
    return this.failure !== null;
  }

  /** The first selector of a list that says no to a device, and what it names; null where none does. */
  refusing(list: number, device: number): { source: SelectorSource; mentions: Mention[] } | null {
    for (const source of this.lists[list]!.sources) {
      const selector = this.compile(source.expression);
      if (typeof selector === 'string') return null;
      const { outcome } = selector.evaluate(this.celDevice(device));
      if ('match' in outcome && !outcome.match) return { source, mentions: selector.mentions() };
    }
    return null;
  }

  /** Takes the message of a failed `matches`; the claim's own selectors are named by it. */
  takeError(claimName: string): string {
    const { source, text } = this.failure!;
    this.failure = null;
    const owner = source.className === null ? `claim ${claimName}` : `class ${source.className}`;
    return `${owner}: selector #${source.index}${text}`;
  }

  private evaluate(list: SelectorList, device: number): boolean {
    const content = this.devices.deviceContent[device]!;
    for (const source of list.sources) {
      const selector = this.compile(source.expression);
      if (typeof selector === 'string') {
        return this.fail(source, `: CEL compile error: ${selector}`);
      }
      this.evaluations++;
      if (this.hasHiddenList(device)) return this.fail(source, LIST_HIDDEN);
      const { outcome } = selector.evaluate(this.celDevice(device));
      if ('runtimeError' in outcome) {
        return this.fail(source, this.runtimeText(outcome.runtimeError, device));
      }
      if (!outcome.match) {
        list.answers[content] = NO;
        return false;
      }
    }
    list.answers[content] = YES;
    return true;
  }

  /** With its gate off, 1.36 trips over an attribute that is a list; newer releases do not. */
  private hasHiddenList(device: number): boolean {
    const { features, options } = this;
    if (!options.quirks.tripsOverLists || features.enabled('DRAListTypeAttributes')) return false;
    const attributes = this.devices.objects[device]!.attributes ?? {};
    return Object.values(attributes).some(
      ({ ints, bools, strings, versions }) => ints ?? bools ?? strings ?? versions,
    );
  }

  private runtimeText(error: string, device: number): string {
    if (this.options.quirks.terseErrors) return `: CEL runtime error: ${error}`;
    const place = ` on device ${deviceId(this.devices, device)}`;
    const hint = error.startsWith('no such key: ') ? MISSING_KEY_HINT : '';
    return `${place}: CEL runtime error: ${error}${hint}`;
  }

  private fail(source: SelectorSource, text: string): false {
    this.failure = { source, text };
    return false;
  }

  private compile(expression: string): CelSelector | string {
    let selector = this.compiled.get(expression);
    if (selector === undefined) {
      const { features } = this;
      const result = compileSelector(expression, {
        minor: features.minor,
        stored: true,
        listTypeAttributes: features.enabled('DRAListTypeAttributes'),
        consumableCapacity: features.enabled('DRAConsumableCapacity'),
      });
      selector =
        'selector' in result ? result.selector : compileErrorText(expression, result.error);
      this.compiled.set(expression, selector);
    }
    return selector;
  }

  /** A device as expressions see it. */
  celDevice(device: number): CelDevice {
    const { objects, slices, deviceSlice } = this.devices;
    const { attributes, capacity, allowMultipleAllocations } = objects[device]!;
    // The stable allocator does not tell selectors about it, whatever the gates say.
    const { allocator } = this.options;
    const knows = allocator === 'incubating' || allocator === 'experimental';
    const isShared = knows && allowMultipleAllocations === true;
    return {
      driver: slices[deviceSlice[device]!]!.spec.driver,
      ...(attributes && { attributes }),
      ...(capacity && { capacity }),
      ...(isShared && { allowMultipleAllocations }),
    };
  }
}
