// The binding cycle of a script's pods: PreBind and Bind beside the scheduling cycle, each call answered in its time,
// and what is taken back when one fails. Source: pkg/scheduler/schedule_one.go, Kubernetes 1.32, 1.37.

import type { Pod } from '../../api/core.js';
import type { ClaimCycle } from '../../scheduler/dynamicresources/claimplugin.js';
import type { ClaimStatus } from '../../scheduler/dynamicresources/cyclestate.js';
import type { ApiCall, ApiCalls, Process } from './apicalls.js';
import { writeClaim } from './claimcalls.js';
import type { Failure } from './failure.js';
import { bindPod, patchStatus } from './podcalls.js';
import type { Binding, SchedulerView } from './schedulerview.js';

/** Binds pods. */
export class Bindings {
  constructor(
    private readonly view: SchedulerView,
    private readonly calls: ApiCalls,
    private readonly failed: (row: number, pod: Pod, failure: Failure) => Process,
  ) {}

  /** Puts a pod on a node, and begins its binding. */
  begin(row: number, pod: Pod, claims: ClaimCycle, node: string): void {
    const { assumed, queue, plugin } = this.view;
    const binding: Binding = { row, node, cancelled: undefined, isPreBind: false };
    assumed.set(row, binding);
    queue.nominator.remove(row);
    const reserved = claims.state && plugin.reserve(claims.state, node);
    this.calls.run(this.bindingCycle(binding, pod, claims, reserved));
  }

  /** Cancels a binding that has not come to its bind call. */
  cancel(row: number): boolean {
    const binding = this.view.assumed.get(row);
    if (!binding?.isPreBind) return false;
    this.calls.cancel(binding, 'preempted by DefaultPreemption');
    return true;
  }

  private *bindingCycle(
    binding: Binding,
    pod: Pod,
    claims: ClaimCycle,
    reserved: ClaimStatus | null,
  ): Process {
    const { row, node } = binding;
    const { features, api, queue, objects } = this.view;
    let problem: string | undefined = reserved?.reasons.join(', ');
    if (problem === undefined) {
      const tells = features.enabled('NominatedNodeNameForExpectation') && claims.state !== null;
      if (tells && features.minor >= 35) {
        binding.isPreBind = true;
        const call = patchStatus(api, objects[row]!, { nominatedNodeName: node }, binding);
        if (call) yield call;
      }
      if (features.minor >= 33) queue.done(row);
      if (claims.state) problem = yield* this.preBind(binding, pod, claims);
      if (features.minor === 32 && problem === undefined) queue.done(row);
    }
    binding.isPreBind = false;
    if (problem === undefined) {
      const clears = features.enabled('ClearingNominatedNodeNameAfterBinding');
      const error = yield bindPod(api, this.view.nameOf(row), node, clears);
      if (!error) return;
      problem = `running Bind plugin "DefaultBinder": ${error.text}`;
    }
    if (claims.state) {
      for (const { claim } of this.view.plugin.unreserve(claims.state, pod)) {
        yield writeClaim(api, 'unreserve', claim);
      }
    }
    this.view.forget(row);
    const failure: Failure = {
      code: 'Error',
      message: problem,
      plugins: [],
      pendingPlugins: [],
      nominate: '',
    };
    yield* this.failed(row, pod, failure);
  }

  private *preBind(
    binding: Binding,
    pod: Pod,
    { state }: ClaimCycle,
  ): Generator<ApiCall, string | undefined, Parameters<Process['next']>[0]> {
    binding.isPreBind = true;
    const writes = this.view.plugin.preBind(state!, pod, binding.node);
    let next = writes.next();
    while (!next.done) {
      const error = yield writeClaim(this.view.api, 'claim', next.value.claim, binding);
      next = writes.next(error?.text);
    }
    const { status } = next.value;
    return status
      ? `running PreBind plugin "DynamicResources": ${status.reasons.join(', ')}`
      : undefined;
  }
}
