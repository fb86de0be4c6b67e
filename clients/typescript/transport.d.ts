/** One wrong part of the request: where it is, a JSON pointer to it, and what is wrong with it. */
export interface FieldError {
  in: "body" | "path" | "query" | "header";
  pointer: string;
  detail: string;
}

/** Metco refused. Decide by `code`, show `detail`, ask with `traceId`. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly traceId: string;
  readonly errors: FieldError[];
  readonly retryAfterS: number | undefined;
}

export interface MetcoOptions {
  /** The access token of a session. */
  token?: string;
  /** How often a call is made whose answer was lost; only calls that are safe to repeat are. */
  attempts?: number;
  fetch?: typeof globalThis.fetch;
}

export interface Options {
  signal?: AbortSignal;
}

export interface KeyedOptions extends Options {
  /** Makes a repetition of your own safe; each call has one anyway, for its own repetitions. */
  idempotencyKey?: string;
}

export interface EditOptions extends KeyedOptions {
  /** The version that was edited: refused with 412 if it is no longer the current one. */
  ifMatch?: number;
}

export class Transport {
  constructor(url: string, options?: MetcoOptions);
  token: string;
  attempts: number;
}
