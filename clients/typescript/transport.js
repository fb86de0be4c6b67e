// Sends requests, reads answers, and asks again where asking again is safe. Written by hand; metco.js is generated.

const GATEWAY_TROUBLE = new Set([502, 503, 504]);

/** Metco refused. Decide by `code`, show `detail`, ask with `traceId`. */
export class Problem extends Error {
  constructor(status, told = {}, headers = new Headers()) {
    super(`${status} ${told.code ?? "unknown"}: ${told.detail ?? told.message ?? "no detail"}`);
    this.name = "Problem";
    this.status = status;
    this.code = told.code ?? "unknown";
    this.detail = told.detail ?? told.message ?? "";
    this.traceId = told.trace_id ?? headers.get("x-correlation-id") ?? "";
    this.errors = told.errors ?? [];
    this.retryAfterS = Number(headers.get("retry-after")) || undefined;
  }
}

export const segment = (value) => encodeURIComponent(value);

export class Transport {
  #url;
  #fetch;

  constructor(url, { token = "", attempts = 3, fetch = globalThis.fetch } = {}) {
    this.#url = url.replace(/\/$/, "");
    this.#fetch = (...request) => fetch(...request);
    this.token = token;
    this.attempts = attempts;
  }

  async request(method, path, { body, query, keyed = false }, options = {}) {
    const url = new URL(this.#url + path, globalThis.location?.href);
    for (const [name, value] of Object.entries(query ?? {})) if (value != null) url.searchParams.set(name, String(value));
    const headers = {};
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (keyed) headers["Idempotency-Key"] = options.idempotencyKey ?? crypto.randomUUID();
    if (options.ifMatch !== undefined) headers["If-Match"] = `"${options.ifMatch}"`;
    const sent = { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: options.signal };
    const attempts = method === "GET" || keyed ? this.attempts : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#fetch(url, sent);
        if (attempt === attempts || !GATEWAY_TROUBLE.has(answer.status)) return await read(answer);
      } catch (error) {
        if (error instanceof Problem || options.signal?.aborted || attempt === attempts) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** attempt));
    }
  }
}

async function read(answer) {
  const text = await answer.text();
  const json = /json\s*(;|$)/.test(answer.headers.get("content-type") ?? "") && text ? JSON.parse(text) : undefined;
  if (!answer.ok) throw new Problem(answer.status, json, answer.headers);
  return json;
}
