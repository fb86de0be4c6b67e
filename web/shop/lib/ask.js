// Asks Metco's API by the token of whoever is here, once more after a hiccup; a refusal is thrown as a Problem.
const KEPT = "metco-session", SECRETS = "metco-claims", CAME = "metco-came";
const SOON_MS = 30_000, COMES_WITHIN_MS = 60_000, AGAIN_AFTER_MS = [300, 1200];
const NO_ANSWER = "Metco did not answer. Check your connection, then try again.";

export class Problem extends Error {
  constructor(told, status) {
    const faults = (told.errors || []).map((one) => `${one.pointer.split("/").pop().replaceAll("_", " ")}: ${one.detail}.`);
    super([told.detail || told.title || "That did not work. Try again in a moment.", ...faults].join(" "));
    this.status = status;
    this.code = told.code || "";
  }
}

export function session() {
  return read(KEPT) || {};
}

export const isPerson = () => Boolean(session().refresh);

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null; // nobody's, or kept by something else: begin anew
  }
}

function keep(name, value) {
  if (value) localStorage.setItem(name, JSON.stringify(value));
  else localStorage.removeItem(name);
}

function keepSession(given, email = session().email) {
  const until = Date.now() + given.expires_in_s * 1000;
  const { id, refresh } = session();
  keep(KEPT, { id: given.session_id || id, token: given.access_token, refresh: given.refresh_token || refresh, until, email });
}

// What happened is asked once, however often it has to be sent: the key says that it is the same.
async function send(method, path, { body, token, key } = {}) {
  const headers = { Accept: "application/json, application/pdf" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  for (let tried = 0; ; tried += 1) {
    const last = tried >= AGAIN_AFTER_MS.length;
    try {
      const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
      if (answer.status < 502 || last) return answer;
    } catch {
      if (last) throw new Problem({ detail: NO_ANSWER }, 0);
    }
    await new Promise((done) => setTimeout(done, AGAIN_AFTER_MS[tried]));
  }
}

async function content(answer) {
  if (answer.status === 204) return null;
  const type = answer.headers.get("Content-Type") || "";
  if (answer.ok && type.includes("pdf")) return answer.blob();
  const told = type.includes("json") ? await answer.json() : {};
  if (!answer.ok) throw new Problem(told, answer.status);
  return told;
}

const post = async (path, body, token) => content(await send("POST", path, { body, token, key: newKey() }));
const newKey = () => crypto.randomUUID();

let refreshing = null; // one at a time: the second would find its token used up

async function refreshed() {
  refreshing ||= post("/v1/sessions/refresh", { refresh_token: session().refresh }).finally(() => { refreshing = null; });
  try {
    keepSession(await refreshing);
  } catch (problem) {
    if (problem.status === 0) throw problem;
    keep(KEPT, null);
  }
  return session().token;
}

async function currentToken() {
  const { token, refresh, until } = session();
  return token && refresh && until < Date.now() + SOON_MS ? refreshed() : token;
}

export async function ask(method, path, body, { key = method === "GET" ? "" : newKey() } = {}) {
  let answer = await send(method, path, { body, key, token: await currentToken() });
  if (answer.status === 401 && session().refresh) answer = await send(method, path, { body, key, token: await refreshed() });
  return content(answer);
}

export const get = (path, query = {}) => {
  const said = Object.entries(query).filter(([, value]) => value !== "" && value != null);
  return ask("GET", said.length ? `${path}?${new URLSearchParams(said)}` : path);
};

// Who has no account buys all the same: by a token of their own, given the first time that one is needed.
export async function beSomebody() {
  if (!session().token) keepSession(await post("/v1/guests"));
}

export async function signIn(email, password, secondFactor) {
  const body = { email, password, ...(secondFactor && { second_factor: secondFactor }) };
  await comeIn(await post("/v1/sessions", body), email);
}

export const beginAccount = (email) => post("/v1/sign-ups", { email });

export async function openAccount(signUp, email, code, password, name) {
  await post(`/v1/sign-ups/${signUp}/verify`, { code, password, name });
  await signIn(email, password);
}

// What was chosen and ordered as a guest goes along.
async function comeIn(given, email) {
  const guest = isPerson() ? "" : session().token;
  keep(KEPT, null);
  keepSession(given, email);
  if (!guest) return;
  await ask("POST", "/v1/me/guests", { guest_token: guest }).catch(() => null); // it was taken over before
  for (const [order, secret] of Object.entries(read(SECRETS) || {})) {
    await ask("POST", `/v1/orders/${order}/claim`, { secret }).catch(() => null);
  }
  keep(SECRETS, null);
  sessionStorage.setItem(CAME, Date.now());
}

// What a guest had chosen follows a moment later than they themselves.
export const justCame = () => Date.now() - Number(sessionStorage.getItem(CAME) || 0) < COMES_WITHIN_MS;

export async function signOut() {
  await ask("DELETE", `/v1/sessions/${session().id}`).catch(() => null); // whoever is out already is out
  keep(KEPT, null);
}

export const keepClaim = (order, secret) => secret && keep(SECRETS, { ...read(SECRETS), [order]: secret });
