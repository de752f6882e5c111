// The session at Countersign: a key that never leaves this browser, a token bound to it (RFC 9449), a fresh proof with
// each call. Logs in by authorization code with PKCE (RFC 7636) and dpop_jkt (RFC 9449 §10).

const text = new TextEncoder();
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = (bytes) => base64url(crypto.getRandomValues(new Uint8Array(bytes)));
const sha256 = async (value) => base64url(await crypto.subtle.digest("SHA-256", text.encode(value)));

/** Seconds of life left below which a token is renewed before it is used. */
const RENEW_BEFORE = 5;
/** A renewal that is wanted again within this many milliseconds did not help: the page must not circle. */
const RENEW_AGAIN = 10_000;
const RENEWED = "northgate.renewed";
const TOKEN = "northgate.token";
const FLOW = "northgate.flow.";
const callback = `${location.origin}/callback`;
const nonces = new Map();
let key;
let config;

/** Loads the configuration and the key. */
export async function start() {
  config = await (await fetch("/api/config")).json();
  key = await storedKey();
  return config;
}

/** Claims of the token, for display only; null when logged out. */
export function person() {
  const token = sessionStorage.getItem(TOKEN);
  if (!token) return null;
  const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(atob(payload));
}

export const keyId = () => key.thumbprint;
export const forget = () => sessionStorage.removeItem(TOKEN);

/**
 * Leaves for Countersign. {@code resume} is handed back by {@link returned}; {@code stepUp} is {acr, maxAge}
 * (RFC 9470); {@code silent} asks for no interaction.
 */
export async function authorize({ resume = null, stepUp = null, silent = false } = {}) {
  const state = random(16);
  const verifier = random(32);
  sessionStorage.setItem(FLOW + state, JSON.stringify({ verifier, resume, silent, hash: location.hash }));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: config.client_id,
    redirect_uri: callback,
    state,
    code_challenge: await sha256(verifier),
    code_challenge_method: "S256",
    dpop_jkt: key.thumbprint,
  });
  if (stepUp) {
    query.set("acr_values", stepUp.acr);
    query.set("max_age", stepUp.maxAge);
  }
  if (silent) query.set("prompt", "none");
  location.assign(`${config.issuer}/oauth/authorize?${query}`);
  return new Promise(() => {}); // the page is leaving
}

/** Finishes a return from Countersign. Null when this is none; else {resume} or {error, silent}. */
export async function returned() {
  if (location.pathname !== "/callback") return null;
  const query = new URLSearchParams(location.search);
  const name = FLOW + query.get("state");
  const flow = JSON.parse(sessionStorage.getItem(name) ?? "null");
  sessionStorage.removeItem(name);
  history.replaceState(null, "", "/" + (flow?.hash ?? ""));
  if (!flow) return { error: "unknown_state" };
  if (query.get("iss") !== config.issuer) return { error: "wrong_issuer" }; // RFC 9207
  if (query.has("error")) return { error: query.get("error"), silent: flow.silent };
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code: query.get("code"),
    redirect_uri: callback,
    client_id: config.client_id,
    code_verifier: flow.verifier,
  });
  const answer = await withProof("POST", `${config.issuer}/oauth/token`, null, { body });
  const json = await answer.json();
  if (!answer.ok) return { error: json.error ?? "token_refused" };
  sessionStorage.setItem(TOKEN, json.access_token);
  return { resume: flow.resume };
}

/** Gets a new token by a silent redirect, which resumes here. False when that has just been done and did not help. */
export async function renew(resume = null) {
  if (Date.now() - Number(sessionStorage.getItem(RENEWED) ?? 0) < RENEW_AGAIN) return false;
  sessionStorage.setItem(RENEWED, Date.now());
  return authorize({ silent: true, resume });
}

/** Calls the bank: {status, body}. A token that has run out is renewed first. */
export async function call(method, path, body = null) {
  const claims = person();
  if (!claims) return { status: 401, body: { code: "logged_out" } };
  if (claims.exp - RENEW_BEFORE < Date.now() / 1000) await renew({ method, path, body });
  const options = body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {};
  const answer = await withProof(method, location.origin + path, sessionStorage.getItem(TOKEN), options);
  return { status: answer.status, body: await answer.json().catch(() => ({})) };
}

/** Ends the session at Countersign, and with it this one. */
export function logOut() {
  forget();
  const query = new URLSearchParams({
    client_id: config.client_id,
    post_logout_redirect_uri: `${location.origin}/`,
  });
  location.assign(`${config.issuer}/logout?${query}`);
}

async function withProof(method, url, token, options) {
  const origin = new URL(url).origin;
  for (let attempt = 0; ; attempt++) {
    const headers = { ...options.headers, DPoP: await proof(method, url, token, nonces.get(origin)) };
    if (token) headers.Authorization = `DPoP ${token}`;
    const answer = await fetch(url, { ...options, method, headers, cache: "no-store", credentials: "omit" });
    const nonce = answer.headers.get("DPoP-Nonce");
    const wanted = nonce && nonce !== nonces.get(origin);
    if (nonce) nonces.set(origin, nonce);
    if (attempt > 0 || !wanted || !(await asksForNonce(answer))) return answer;
  }
}

/** RFC 9449 §8 (token endpoint, in the body) and §9 (bank, in the challenge). */
async function asksForNonce(answer) {
  if (answer.status !== 400 && answer.status !== 401) return false;
  if ((answer.headers.get("WWW-Authenticate") ?? "").includes("use_dpop_nonce")) return true;
  const body = await answer.clone().json().catch(() => ({}));
  return body.error === "use_dpop_nonce" || body.code === "use_dpop_nonce";
}

async function proof(method, url, token, nonce) {
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: key.jwk };
  const claims = { jti: random(16), htm: method, htu: url.split(/[?#]/)[0], iat: Math.floor(Date.now() / 1000) };
  if (token) claims.ath = await sha256(token);
  if (nonce) claims.nonce = nonce;
  const signed = [header, claims].map((part) => base64url(text.encode(JSON.stringify(part)))).join(".");
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, text.encode(signed));
  return `${signed}.${base64url(signature)}`;
}

/** The key of this browser: made once, never extractable, kept in IndexedDB. */
async function storedKey() {
  const database = await asked(Object.assign(indexedDB.open("northgate", 1), {
    onupgradeneeded: (event) => event.target.result.createObjectStore("keys"),
  }));
  let pair = await asked(database.transaction("keys").objectStore("keys").get("session"));
  if (!pair) {
    pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    await asked(database.transaction("keys", "readwrite").objectStore("keys").put(pair, "session"));
  }
  database.close();
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const thumbprint = await sha256(JSON.stringify({ crv, kty, x, y })); // RFC 7638
  return { privateKey: pair.privateKey, jwk: { kty, crv, x, y }, thumbprint };
}

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
