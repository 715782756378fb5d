// Why a pod of a script got no node, and one attempt as it went.

/** Why a pod got no node. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly plugins: readonly string[];
  readonly pendingPlugins: readonly string[];
  /** Left out: the nomination stays; empty: it is cleared. */
  readonly nominate?: string | undefined;
}

/** One attempt as it went so far. */
export interface Attempt {
  readonly pod: string;
  readonly attempt: number;
  node?: string;
  best?: readonly string[];
  failed?: Failure;
}
