// Vectors of the kind `scheduler-run`: a script of what happens to a cluster, and what the whole scheduler does.

import { type Features, resolveFeatures } from '../../api/features.js';
import type { JsonValue } from '../../api/meta.js';
import type { ResourceClaim } from '../../api/resource.js';
import type { ListedObject } from '../../scheduler/listers.js';
import { queueContents } from '../queuecontents.js';
import type { Json, VectorReader } from '../vector.js';
import { ApiCalls } from './apicalls.js';
import { ApiServer } from './apiserver.js';
import { Clock } from './clock.js';
import type { Failure } from './failure.js';
import { ScriptScheduler } from './scriptscheduler.js';

type JsonObject = { [key: string]: Json };

/** A step of the script. */
interface Step {
  readonly at: number;
  readonly op: string;
  readonly object?: ListedObject;
  readonly kind?: string;
  readonly name?: string;
  readonly patch?: JsonValue;
  readonly call?: string;
  readonly error?: string;
  readonly late?: boolean;
}

const ATTEMPTS_MAX = 15;
const ATTEMPT_MS = 10;
const FLUSH_MS = 1000;
/** The left-over unschedulable pods are looked at with every so many flushes of the backoff. */
const FLUSHES_PER_TIMEOUT = 30;

/** Runs a script and tells after each step what happened. */
export const schedulerRunReader: VectorReader = {
  kinds: ['scheduler-run'],
  answer({ kubernetes, input }): Json {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const script = new Script(input, features);
    return { steps: (input['steps'] as unknown as Step[]).map((step) => script.run(step)) };
  },
};

class Script {
  private readonly clock = new Clock();
  private readonly api = new ApiServer(this.clock);
  private readonly calls: ApiCalls;
  private readonly scheduler: ScriptScheduler;
  private flushes = 0;

  constructor(
    input: JsonObject,
    private readonly features: Features,
  ) {
    this.calls = new ApiCalls(this.clock, new Set((input['manual'] ?? []) as string[]));
    this.scheduler = new ScriptScheduler(this.api, this.calls, this.clock, features);
    for (const object of (input['objects'] ?? []) as unknown as ListedObject[]) {
      this.api.create(object);
    }
    this.scheduler.view.incoming.clear();
    this.flush();
  }

  run(step: Step): JsonObject {
    const before = this.claims();
    this.clock.advanceTo(step.at);
    const told = this.act(step);
    this.settle();
    if (['delete', 'reply', 'schedule', 'run'].includes(step.op)) this.api.releaseClaims();
    return { ...told, ...this.events(), ...this.state(), ...this.changedSince(before) };
  }

  private act(step: Step): JsonObject {
    const { api, calls, scheduler } = this;
    switch (step.op) {
      case 'create':
        api.create(step.object!);
        return {};
      case 'patch':
        api.patch(step.kind!, step.name!, step.patch!);
        return {};
      case 'delete':
        api.delete(step.kind!, step.name!);
        return {};
      case 'schedule':
        scheduler.schedule();
        return {};
      case 'run':
        this.attempt(step.at);
        return {};
      case 'reply': {
        const isLate = step.late === true;
        return { replied: calls.reply(step.call!, step.name, step.error, isLate) ?? 'nothing' };
      }
      default:
        return {};
    }
  }

  /** Attempts until there is nothing to pop. */
  private attempt(startMs: number): void {
    const { clock, scheduler } = this;
    for (let count = 0; count < ATTEMPTS_MAX && scheduler.schedule(); count++) {
      this.settle();
      if (scheduler.isBusy || !scheduler.view.queue.canPop) return;
      const passed = Math.floor((clock.nowMs - startMs) / ATTEMPT_MS) + 1;
      clock.advanceTo(startMs + passed * ATTEMPT_MS);
    }
  }

  /** Lets the calls come to their ends that nobody has to answer. */
  private settle(): void {
    while (this.calls.areMoving) this.clock.step();
  }

  private flush(): void {
    this.clock.after(FLUSH_MS, () => {
      const { queue } = this.scheduler.view;
      queue.flushBackoff(this.clock.nowUs);
      if (++this.flushes % FLUSHES_PER_TIMEOUT === 0) queue.flushUnschedulable(this.clock.nowUs);
      this.flush();
    });
  }

  /** What happened since the last step. */
  private events(): JsonObject {
    const { scheduler, api, calls } = this;
    const { attempts, failures } = scheduler;
    const told: JsonObject = {
      attempts: attempts.map(({ failed, best, ...attempt }) => ({
        ...attempt,
        ...(best && { best: [...best] }),
        ...(failed && { failed: { ...failureJson(failed), pod: attempt.pod } }),
      })),
      failures: failures.map(({ pod, ...failure }) => ({ ...failureJson(failure), pod })),
      gone: api.gone.splice(0),
      calls: calls.sent.sort(),
      incoming: Object.fromEntries(scheduler.view.incoming),
    };
    scheduler.attempts = [];
    scheduler.failures = [];
    scheduler.view.incoming.clear();
    calls.sent = [];
    return withoutEmpty(told);
  }

  private state(): JsonObject {
    const { scheduler, calls } = this;
    const { view } = scheduler;
    const { queue, columns, objects, nodes, assumed } = view;
    const contents = queueContents(queue, columns, {
      pods: objects.map(({ metadata }) => metadata.name!),
      nodes: nodes.map((name) => (view.knowsNode(name) ? name : undefined)),
      showsGates: this.features.minor >= 34,
      startUs: 0,
    });
    const onNodes = [...assumed].flatMap(([row, { node }]) =>
      view.isThere(row) ? [[objects[row]!.metadata.name!, node] as const] : [],
    );
    return {
      ...contents,
      ...withoutEmpty({
        pending: calls.heldTexts.sort(),
        assumed: Object.fromEntries(onNodes),
      }),
      ...(scheduler.isBusy && { busy: true }),
    };
  }

  private claims(): Map<string, ResourceClaim> {
    const claims = this.api.list<ResourceClaim>('ResourceClaim');
    return new Map(claims.map((claim) => [claim.metadata.name!, claim]));
  }

  private changedSince(before: ReadonlyMap<string, ResourceClaim>): JsonObject {
    const changed: JsonObject = {};
    const after = this.claims();
    for (const [name, claim] of after) {
      const known = before.get(name);
      const shown = claimJson(claim);
      if (!known || JSON.stringify(shown) !== JSON.stringify(claimJson(known))) {
        changed[name] = shown;
      }
    }
    for (const name of before.keys()) if (!after.has(name)) changed[name] = 'deleted';
    return withoutEmpty({ claims: changed });
  }
}

function failureJson(failure: Failure): JsonObject {
  const { code, message, plugins, pendingPlugins, nominate } = failure;
  return {
    code,
    message,
    ...withoutEmpty({ plugins: [...plugins], pendingPlugins: [...pendingPlugins] }),
    ...(nominate !== undefined && { nominate }),
  };
}

function claimJson({ status = {} }: ResourceClaim): JsonObject {
  const results = status.allocation?.devices?.results ?? [];
  return withoutEmpty({
    devices: results.map(
      ({ request, driver, pool, device }) => `${request}: ${driver}/${pool}/${device}`,
    ),
    reservedFor: (status.reservedFor ?? []).map(({ name }) => name),
  });
}

function withoutEmpty(parts: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => Object.keys(part!).length > 0),
  );
}
