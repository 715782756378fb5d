// The scheduler's API calls on their way: each takes its time, and those of the script's manual kinds wait until a
// step answers them.

import type { CallError } from '../../scheduler/preemption/eviction.js';
import type { Clock } from './clock.js';

/** A call of the API server. */
export interface ApiCall {
  readonly kind: 'bind' | 'delete' | 'patch' | 'claim' | 'unreserve';
  /** The pod or claim that it is about. */
  readonly name: string;
  readonly text: string;
  /** Milliseconds until it has its effect, and from there to its answer. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Has its effect; gives what went wrong. */
  act(): CallError | undefined;
  /** What is answered when it does not find what it is about. */
  readonly notFound: string;
  /** Cancels it, where that can happen. */
  readonly context?: CallContext;
}

/** Calls that can be cancelled together. */
export interface CallContext {
  cancelled: string | undefined;
}

type Answer = (error: CallError | undefined) => void;

/** A row of calls, each sent once the one before is answered. */
export type Process = Generator<ApiCall, void, CallError | undefined>;

const CANCELLED_MS = 1;

/** Carries calls out. */
export class ApiCalls {
  /** Texts of calls since the last step. */
  sent: string[] = [];
  private readonly held: { call: ApiCall; answer: Answer }[] = [];
  private movingCount = 0;

  constructor(
    private readonly clock: Clock,
    private readonly manual: ReadonlySet<string>,
  ) {}

  /** Whether some call will be answered without a step. */
  get areMoving(): boolean {
    return this.movingCount > 0;
  }

  get heldTexts(): string[] {
    return this.held.map(({ call }) => call.text);
  }

  /** Runs a process up to its first call that is not answered at once, and goes on with it then. */
  run(process: Process): void {
    this.resume(process, undefined);
  }

  /** Runs a process once what happens now is over. */
  runBeside(process: Process): void {
    this.later(0, () => this.run(process));
  }

  /** Answers the oldest held call of a kind; its text, or undefined where there is none. */
  reply(kind: string, name: string | undefined, error: string | undefined, isLate: boolean) {
    const index = this.held.findIndex(
      ({ call }) => call.kind === kind && (name === undefined || call.name === name),
    );
    if (index < 0) return undefined;
    const { call, answer } = this.held.splice(index, 1)[0]!;
    if (error !== undefined) {
      const isNotFound = error === 'notFound';
      answer({ text: isNotFound ? call.notFound : error, isNotFound });
    } else if (isLate) {
      this.later(0, () => call.act());
      answer(undefined);
    } else this.act(call, answer);
    return call.text;
  }

  /** Cancels the calls of a context: one that is held fails, none is sent any more. */
  cancel(context: CallContext, reason: string): void {
    context.cancelled = reason;
    const index = this.held.findIndex(({ call }) => call.context === context);
    if (index < 0) return;
    const { answer } = this.held.splice(index, 1)[0]!;
    this.later(CANCELLED_MS, () => answer({ text: reason, isNotFound: false }));
  }

  private resume(process: Process, error: CallError | undefined): void {
    const { value: call, done } = process.next(error);
    if (!done) this.send(call, (answer) => this.resume(process, answer));
  }

  private send(call: ApiCall, answer: Answer): void {
    const cancelled = call.context?.cancelled;
    if (cancelled !== undefined) {
      answer({ text: cancelled, isNotFound: false });
      return;
    }
    this.sent.push(call.text);
    if (this.manual.has(call.kind)) this.held.push({ call, answer });
    else if (call.beforeMs === 0) this.act(call, answer);
    else this.later(call.beforeMs, () => this.act(call, answer));
  }

  private act(call: ApiCall, answer: Answer): void {
    const error = call.act();
    if (call.afterMs === 0) answer(error);
    else this.later(call.afterMs, () => answer(error));
  }

  private later(delayMs: number, action: () => void): void {
    this.movingCount++;
    this.clock.after(delayMs, () => {
      this.movingCount--;
      action();
    });
  }
}
