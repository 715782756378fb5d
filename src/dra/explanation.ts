// Why a claim fits on a node or not: for each request what stands against each device by itself, and for a
// claim whose requests cannot be met together where the search got stuck. Made only when somebody asks; the
// answers are the search's own. Nothing is left changed.

import type { CompiledCluster } from '../cluster/cluster.js';
import { deviceId } from '../cluster/devices.js';
import { POOL_INCOMPLETE, POOL_INVALID } from '../cluster/pools.js';
import type { Allocator } from './allocator.js';
import type { ClaimShape, RequestShape } from './claimshape.js';
import { DeviceReasons } from './devicereasons.js';
import { FAILED, FOUND } from './outcome.js';

/** What stands against a device, or that nothing does. */
export interface DeviceVerdict {
  /** `driver/pool/device`. */
  readonly device: string;
  /** `fits`, `in use`, `selector`, `capacity`, `counters`, `taint`, `constraint`, `kubelet`, `error`. */
  readonly verdict: string;
  /** What was wanted and what there is, for people; empty where it fits. */
  readonly detail: string;
}

/** One alternative of a request, looked at by itself. */
export interface RequestExplanation {
  /** Name in results: `request` or `request/subrequest`. */
  readonly request: string;
  readonly className: string;
  /** Devices wanted; `all` for all that the selectors choose. */
  readonly wanted: number | 'all';
  readonly fitting: number;
  readonly devices: readonly DeviceVerdict[];
}

/** A constraint and the devices that would do by the value that they have. */
export interface ConstraintExplanation {
  readonly constraint: string;
  readonly requests: readonly string[];
  readonly values: readonly { value: string; fitting: Readonly<Record<string, number>> }[];
}

/** The most that the search could pick together, and why it went no further. */
export interface StuckExplanation {
  readonly picked: readonly { request: string; device: string }[];
  readonly request: string;
  readonly devices: readonly DeviceVerdict[];
}

/** A pool that the node sees and cannot use. */
export interface PoolExplanation {
  readonly pool: string;
  readonly reason: string;
}

export interface ClaimExplanation {
  readonly outcome: 'fits' | 'does not fit' | 'error';
  /** Text of the error that ends the attempt; only on this node where `nodeLocal`. */
  readonly error?: string;
  readonly nodeLocal?: boolean;
  /** What the claim would get. */
  readonly devices?: readonly { request: string; device: string }[];
  readonly unusablePools: readonly PoolExplanation[];
  readonly requests: readonly RequestExplanation[];
  readonly constraints: readonly ConstraintExplanation[];
  readonly stuck?: StuckExplanation;
}

/** What an explanation is made over. */
export interface ExplanationContext {
  readonly cluster: CompiledCluster;
  readonly allocator: Allocator;
  /** Name of a claim that holds devices. */
  nameOf(claim: number): string;
}

/** Explains a claim on a node, as things stand. */
export function explainClaim(
  context: ExplanationContext,
  shape: ClaimShape,
  claimName: string,
  node: number,
): ClaimExplanation {
  return new Explainer(context, shape, claimName, node).explain();
}

type Pick = { request: string; device: string };

class Explainer {
  private readonly reasons: DeviceReasons;

  constructor(
    private readonly context: ExplanationContext,
    private readonly shape: ClaimShape,
    private readonly claimName: string,
    private readonly node: number,
  ) {
    this.reasons = new DeviceReasons(context, shape);
  }

  explain(): ClaimExplanation {
    const { allocator } = this.context;
    const outcome = allocator.find([this.shape], [this.claimName], this.node);
    const found = outcome === FOUND ? this.picks() : undefined;
    const { error, errorIsNodeLocal } = allocator.search;
    const stuck = outcome === FOUND ? undefined : this.findStuck();
    return {
      outcome: outcome === FOUND ? 'fits' : outcome === FAILED ? 'error' : 'does not fit',
      ...(outcome === FAILED && { error, nodeLocal: errorIsNodeLocal }),
      ...(found && { devices: found }),
      unusablePools: this.unusablePools(),
      requests: this.shape.requests.flatMap(({ alternatives }, request) =>
        alternatives.map((wanted, alternative) => this.lookAt(wanted, request, alternative)),
      ),
      constraints: this.lookAtConstraints(),
      ...(stuck && { stuck }),
    };
  }

  /** Every device by itself, with nothing else picked. */
  private lookAt(wanted: RequestShape, request: number, alternative: number): RequestExplanation {
    const devices = this.tryAll(request, alternative, 0);
    return {
      request: wanted.name,
      className: wanted.className,
      wanted: wanted.all ? 'all' : wanted.count,
      fitting: devices.filter(({ verdict }) => verdict === 'fits').length,
      devices,
    };
  }

  private tryAll(request: number, alternative: number, done: number): DeviceVerdict[] {
    const { pools } = this.context.cluster;
    const { trial } = this.context.allocator.search;
    const verdicts: DeviceVerdict[] = [];
    if (done === 0) trial.begin([this.shape], [this.claimName], this.node);
    for (let at = pools.nodeFirst[this.node]!; at < pools.nodeLast[this.node]!; at++) {
      const mark = trial.journal.mark();
      const before = trial.picks.count;
      const outcome = trial.take(0, request, alternative, done, at);
      verdicts.push(this.describe(outcome, request, alternative, pools.visit[at]!));
      if (outcome === FOUND) trial.undo(mark, before);
    }
    return verdicts;
  }

  private describe(
    outcome: number,
    request: number,
    alternative: number,
    device: number,
  ): DeviceVerdict {
    const { cluster, allocator } = this.context;
    const { trial } = allocator.search;
    const id = deviceId(cluster.devices, device);
    if (outcome === FOUND) return { device: id, verdict: 'fits', detail: '' };
    if (outcome === FAILED) return { device: id, verdict: 'error', detail: trial.error };
    const wanted = this.shape.requests[request]!.alternatives[alternative]!;
    return { device: id, ...this.reasons.describe(trial.refusal, wanted, device, trial.picks) };
  }

  /** Runs the search again and keeps the place where most devices were picked. */
  private findStuck(): StuckExplanation | undefined {
    const { search } = this.context.allocator;
    let most = 0;
    let stuck: StuckExplanation | undefined;
    search.observer = {
      deadEnd: (_claim, request, alternative, done) => {
        if (search.picks.count <= most) return;
        most = search.picks.count;
        const wanted = this.shape.requests[request]!.alternatives[alternative]!;
        stuck = {
          picked: this.picks(),
          request: wanted.name,
          devices: this.tryAll(request, alternative, Math.max(1, done)),
        };
      },
    };
    try {
      search.allocate([this.shape], [this.claimName], this.node);
    } finally {
      search.observer = null;
    }
    return stuck;
  }

  private picks(): Pick[] {
    const { picks } = this.context.allocator.search;
    return Array.from({ length: picks.count }, (_, index) => ({
      request:
        this.shape.requests[picks.request[index]!]!.alternatives[picks.alternative[index]!]!.name,
      device: deviceId(this.context.cluster.devices, picks.device[index]!),
    }));
  }

  private unusablePools(): PoolExplanation[] {
    const { pools, devices } = this.context.cluster;
    const found: PoolExplanation[] = [];
    for (let at = pools.nodeStart[this.node]!; at < pools.nodeStart[this.node + 1]!; at++) {
      const view = pools.nodeView[at]!;
      const pool = devices.pools.text(pools.viewPool[view]!);
      if (pools.viewState[view] === POOL_INCOMPLETE) {
        found.push({ pool, reason: 'incomplete: not all of its slices are published' });
      } else if (pools.viewState[view] === POOL_INVALID) {
        found.push({ pool, reason: `invalid: ${pools.viewReason[view]}` });
      }
    }
    return found;
  }

  private lookAtConstraints(): ConstraintExplanation[] {
    const { pools } = this.context.cluster;
    const { trial } = this.context.allocator.search;
    return this.shape.constraints.map((constraint) => {
      const values = new Map<string, Record<string, number>>();
      const covered: string[] = [];
      this.shape.requests.forEach((list, request) => {
        list.alternatives.forEach((wanted, alternative) => {
          if (!this.reasons.isCovered(constraint, wanted)) return;
          covered.push(wanted.name);
          trial.begin([this.shape], [this.claimName], this.node);
          for (let at = pools.nodeFirst[this.node]!; at < pools.nodeLast[this.node]!; at++) {
            const mark = trial.journal.mark();
            if (trial.take(0, request, alternative, 0, at) !== FOUND) continue;
            trial.undo(mark, 0);
            const text = this.reasons.attributeText(constraint, pools.visit[at]!);
            const counts = values.get(text) ?? {};
            counts[wanted.name] = (counts[wanted.name] ?? 0) + 1;
            values.set(text, counts);
          }
        });
      });
      return {
        constraint: `${constraint.distinct ? 'distinctAttribute' : 'matchAttribute'} ${constraint.attributeName}`,
        requests: covered,
        values: [...values].map(([value, fitting]) => ({ value, fitting })),
      };
    });
  }
}
