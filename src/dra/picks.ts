// The devices that a search has picked so far, or found: parallel columns in pick order.

/** Devices a claim may hold at most (resource.k8s.io AllocationResultsMaxSize). */
export const CLAIM_DEVICES_MAX = 32;

/** Picks of a search. */
export class Picks {
  count = 0;
  /** Position of the claim in the list that is searched for. */
  claim = new Int32Array(CLAIM_DEVICES_MAX * 4);
  /** Request and alternative within the claim's shape. */
  request = new Int32Array(CLAIM_DEVICES_MAX * 4);
  alternative = new Int32Array(CLAIM_DEVICES_MAX * 4);
  device = new Int32Array(CLAIM_DEVICES_MAX * 4);

  push(claim: number, request: number, alternative: number, device: number): void {
    if (this.count === this.device.length) this.grow();
    this.claim[this.count] = claim;
    this.request[this.count] = request;
    this.alternative[this.count] = alternative;
    this.device[this.count++] = device;
  }

  private grow(): void {
    for (const name of ['claim', 'request', 'alternative', 'device'] as const) {
      const larger = new Int32Array(this[name].length * 2);
      larger.set(this[name]);
      this[name] = larger;
    }
  }
}
