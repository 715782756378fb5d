// Whether a user's score or cost orders consistently: now and then it is asked twice. Answers are remembered by node, so
// that one who draws by chance or counts calls would decide by what was asked and not by what there is.

/** In the long run one call of so many is asked twice. */
const SPACING = 4096;

/** Decides which calls are asked twice: the first, second, fourth, eighth and so on, later one of some thousands. */
export class SpotChecks {
  private calls = 0;

  /**
   * What a second answer differs by, or undefined.
   *
   * @param first - the answer, of which equal ones are the same value
   * @param again - asks the same question once more
   */
  contradiction(first: unknown, again: () => unknown): string | undefined {
    const call = ++this.calls;
    if ((call & (call - 1)) !== 0 && call % SPACING !== 0) return undefined;
    const second = again();
    if (Object.is(second, first)) return undefined;
    return `answered ${String(first)} and then ${String(second)} to the same question; answers must follow from what it is given`;
  }
}
