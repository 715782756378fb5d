// Remembered answers: whether claims fit on a node is asked again only after that node's devices changed,
// or a device that it shares with others. Equal nodes with equal devices in use share an answer.

import type { CompiledCluster } from '../cluster/cluster.js';
import { INVENTORY_UNIQUE } from '../cluster/inventory.js';
import type { Allocator } from './allocator.js';
import type { ClaimShape } from './claimshape.js';
import { type DirectClaim, UNKNOWN } from './directanswers.js';
import { FAILED, type FOUND, type NOT_FOUND, type SearchOutcome } from './outcome.js';

/** The claims of a pod that are searched for together, in its order; equal ones share one set. */
export interface ClaimSet {
  readonly shapes: readonly ClaimShape[];
  /** How the claims are answered without a search; null where they are not. */
  readonly direct: DirectClaim | null;
  /** Last answer by node. */
  readonly answers: Uint8Array;
  /** Versions of the node and of shared devices that the answer belongs to; 0 is none. */
  readonly nodeVersions: Float64Array;
  readonly sharedVersions: Float64Array;
  /** Answers by inventory class, then by the devices in use as bits. */
  readonly byInventory: (Map<number, typeof FOUND | typeof NOT_FOUND> | undefined)[];
}

/** Devices whose use is told apart as the bits of one small integer. */
const USE_BITS = 30;

/** Asks the allocator, or remembers. */
export class AnswerMemo {
  /** Answers that were counted, searched, known for the node, and taken from an equal node. */
  counted = 0;
  searched = 0;
  remembered = 0;
  shared = 0;
  private readonly sets = new Map<string, ClaimSet>();

  /** @param enabled - false searches every time, for the same answers */
  constructor(
    private readonly cluster: CompiledCluster,
    private readonly allocator: Allocator,
    private readonly enabled = true,
  ) {}

  /** The set of these claims. */
  set(shapes: readonly ClaimShape[]): ClaimSet {
    const key = shapes.map(({ id }) => id).join();
    let set = this.sets.get(key);
    if (!set) {
      const { count } = this.cluster.nodes;
      set = {
        shapes: [...shapes],
        direct: this.allocator.direct.prepare(shapes),
        answers: new Uint8Array(count),
        nodeVersions: new Float64Array(count),
        sharedVersions: new Float64Array(count),
        byInventory: [],
      };
      this.sets.set(key, set);
    }
    return set;
  }

  /**
   * Whether devices can be found for the claims on a node. Failures are never remembered: their texts
   * stand in `search.error` and name claims and devices.
   */
  find(set: ClaimSet, names: readonly string[], node: number): SearchOutcome {
    const { cluster } = this;
    if (!this.enabled) return this.search(set, names, node);
    if (set.direct !== null) {
      const answer = this.allocator.direct.find(set.direct, node);
      if (answer !== UNKNOWN) {
        this.counted++;
        return answer;
      }
    }
    const { useVersion } = cluster.devices;
    const version = useVersion[node]!;
    const sharedVersion = cluster.pools.sharing[node] === 1 ? useVersion.at(-1)! : 1;
    if (set.nodeVersions[node] === version && set.sharedVersions[node] === sharedVersion) {
      this.remembered++;
      return set.answers[node] as typeof FOUND | typeof NOT_FOUND;
    }
    const answer = this.ofEqualNode(set, names, node);
    if (answer === FAILED) return answer;
    set.answers[node] = answer;
    set.nodeVersions[node] = version;
    set.sharedVersions[node] = sharedVersion;
    return answer;
  }

  private ofEqualNode(set: ClaimSet, names: readonly string[], node: number): SearchOutcome {
    const inventory = this.cluster.inventories.classOf[node]!;
    const use = inventory === INVENTORY_UNIQUE ? -1 : this.useOf(node);
    if (use < 0) return this.search(set, names, node);
    set.byInventory[inventory] ??= new Map();
    const answers = set.byInventory[inventory];
    const known = answers.get(use);
    if (known !== undefined) {
      this.shared++;
      return known;
    }
    const answer = this.search(set, names, node);
    if (answer !== FAILED) answers.set(use, answer);
    return answer;
  }

  /** The node's devices in use as bits, or -1 where more than that has to be told apart. */
  private useOf(node: number): number {
    const { devices, pools } = this.cluster;
    if (devices.nodeHeld[node] === 0) return 0;
    const first = pools.nodeFirst[node]!;
    const last = pools.nodeLast[node]!;
    if (last - first > USE_BITS) return -1;
    let use = 0;
    for (let position = first; position < last; position++) {
      const device = pools.visit[position]!;
      if (devices.shares[device]! > 0) return -1;
      if (devices.holder[device] !== -1) use |= 1 << (position - first);
    }
    return use;
  }

  private search(set: ClaimSet, names: readonly string[], node: number): SearchOutcome {
    this.searched++;
    return this.allocator.find(set.shapes, names, node);
  }
}
