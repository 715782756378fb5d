// What pods of one shape mean to pods of another, worked out once for each pair of shapes. Plugins that
// count pods on nodes for the shapes that ask keep their counters true with it.

import type { PodShape } from './podshape.js';

/** Links from placed shapes to the states of asking shapes that they matter to. */
export class ShapeLinks<State, Link> {
  private readonly states: State[] = [];
  private readonly links: Link[][] = [];
  private readonly seen: number[] = [];

  /** @param link - what a placed shape means to a state; undefined for nothing */
  constructor(private readonly link: (state: State, placed: PodShape) => Link | undefined) {}

  /** Adds a state; what is on nodes already is the caller's to count. */
  add(state: State): void {
    this.states.push(state);
  }

  /** The links of a placed shape to all states. */
  of(placed: PodShape): readonly Link[] {
    const { states, links, seen } = this;
    const known = seen[placed.id] ?? 0;
    const own = (links[placed.id] ??= []);
    if (known === states.length) return own;
    for (let index = known; index < states.length; index++) {
      const made = this.link(states[index]!, placed);
      if (made !== undefined) own.push(made);
    }
    seen[placed.id] = states.length;
    return own;
  }
}
