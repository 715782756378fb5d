// What a search, and each of its steps, ends with.

export const NOT_FOUND = 0;
export const FOUND = 1;
/** The message stands in `error`; `errorIsNodeLocal` says whether other nodes may still fit. */
export const FAILED = 2;

/** What a search ends with. */
export type SearchOutcome = typeof NOT_FOUND | typeof FOUND | typeof FAILED;
