// The bank's page: shows accounts and activity, sends orders, and does what an answer asks for: a step-up, signatures.
import * as session from "/bank/session.js";

const POLL = 2000; // milliseconds between looks at an order that waits for signatures
const STEP_UP_FROM = 1000;
const SIGNATURES_FROM = 10000;
const LABELS = {
  executed: "Executed", step_up: "Needs step-up", waiting: "Waiting for signatures",
  refused: "Refused", failed: "Failed", open: "Started",
};
const $ = (id) => document.getElementById(id);
const chipClass = (status) => status.replace("_", "-");
let accounts = [];
let polling = 0;

async function main() {
  wire();
  try {
    const config = await session.start();
    $("countersign").href = config.issuer;
    await enter(await session.returned());
  } catch {
    show("out");
    tell($("out-notice"), "bad", "The bank cannot reach its sign-in service. Try again in a moment.");
  }
}

async function enter(back) {
  if (back?.error) {
    session.forget();
    show("out");
    const expected = back.silent && back.error === "login_required";
    tell($("out-notice"), "bad", expected ? "You have been logged out. Log in again." : `Logging in did not work (${back.error}).`);
    return;
  }
  if (!session.person()) return show("out");
  show("in");
  route();
  draw();
  if (await refresh() && back?.resume?.body) await submit(back.resume.path, back.resume.body);
}

function wire() {
  $("log-in").addEventListener("click", () => session.authorize());
  $("log-out").addEventListener("click", () => session.logOut());
  addEventListener("hashchange", route);
  $("sheet").addEventListener("close", () => clearTimeout(polling));
  $("sheet-close").addEventListener("click", () => $("sheet").close());
  form("transfer", "/api/transfers", (data) => ({
    from: data.get("from"),
    amount: amountOf(data.get("amount")),
    currency: data.get("currency"),
    payee: { name: data.get("name").trim(), iban: data.get("iban").replaceAll(" ", "").toUpperCase() },
    reference: data.get("reference").trim() || "Payment",
  }));
  form("export", "/api/keys/export", (data) => ({ key: data.get("key"), purpose: data.get("purpose").trim() }));
  form("administrator", "/api/administrators", (data) => ({ person: data.get("person").trim(), role: data.get("role") }));
  const amount = $("transfer").elements.amount;
  amount.addEventListener("input", () => hint(amount.value));
  for (const pick of document.querySelectorAll(".pick")) {
    pick.addEventListener("click", () => { amount.value = pick.dataset.amount; hint(amount.value); });
  }
}

function form(id, path, read) {
  const element = $(id);
  const error = element.querySelector(".field-error");
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.hidden = true;
    const missing = [...element.elements].find((field) => !field.checkValidity());
    const body = { id: crypto.randomUUID(), ...read(new FormData(element)) };
    if (missing || body.amount === null) {
      error.textContent = missing ? "Fill in every field." : "The amount is a number above zero, like 1250.00.";
      error.hidden = false;
      (missing ?? element.elements.amount).focus();
      return;
    }
    const button = element.querySelector("[type=submit]");
    button.disabled = true;
    try {
      await submit(path, body, (problem) => { error.textContent = problem; error.hidden = false; });
    } finally {
      button.disabled = false;
    }
  });
}

/** Sends an order; the same id again is the same order, however often it is sent. */
async function submit(path, body, onInvalid = (problem) => tell($("notice"), "bad", problem)) {
  let answer;
  try {
    answer = await session.call("POST", path, body);
  } catch {
    return onInvalid("The bank did not answer. The order can be sent again: it will not be executed twice.");
  }
  if (await ended(answer)) return;
  if (answer.status === 400) return onInvalid(answer.body.text ?? "The bank could not read that.");
  if (answer.status === 503) return onInvalid(answer.body.text ?? "Nothing can be decided at the moment, so nothing moves. Try again.");
  if (!answer.body.order) return onInvalid(answer.body.text ?? "The bank refused.");
  open(answer.body.order, path, answer.body);
  await refresh();
}

/** True when there is no session any more, and the page shows that. */
async function ended({ status, body }) {
  if (status !== 401 || body.code === "step_up_required") return false;
  if (body.code === "invalid_session") await session.renew();
  session.forget();
  $("sheet").close();
  show("out");
  tell($("out-notice"), "bad", body.text ?? "Your session has ended. Log in again.");
  return true;
}

async function refresh() {
  const answers = [await session.call("GET", "/api/accounts"), await session.call("GET", "/api/statement")];
  for (const answer of answers) {
    if (await ended(answer)) return false;
    if (answer.status !== 200) {
      tell($("notice"), "bad", answer.body.text ?? "Accounts cannot be shown at the moment.");
      return true;
    }
  }
  accounts = answers[0].body.accounts;
  drawAccounts();
  drawActivity(answers[1].body.orders);
  return true;
}

function draw() {
  const claims = session.person();
  $("person").textContent = claims.sub;
  $("avatar").textContent = claims.sub.slice(0, 1);
  $("key").textContent = session.keyId().slice(0, 8) + "…";
  const confirmed = claims.acr?.endsWith(":phr");
  $("assurance").textContent = confirmed ? "confirmed with security key" : "logged in";
}

function drawAccounts() {
  $("accounts").replaceChildren(...accounts.map((account) => {
    const card = $("account-row").content.cloneNode(true);
    card.querySelector(".label").textContent = account.name;
    card.querySelector(".currency").textContent = account.currency;
    card.querySelector(".balance").textContent = money(account.balance, account.currency);
    card.querySelector(".iban").textContent = grouped(account.iban);
    return card;
  }));
  $("from").replaceChildren(...accounts.map((account) =>
    new Option(`${account.name} · ${grouped(account.iban)}`, account.iban)));
}

function drawActivity(orders) {
  $("no-activity").hidden = orders.length > 0;
  $("activity").replaceChildren(...orders.map((order) => {
    const row = $("activity-row").content.cloneNode(true);
    const item = row.querySelector("li");
    item.className = chipClass(order.status);
    item.dataset.id = order.id;
    row.querySelector(".glyph").textContent = { transfer: "→", "key-export": "⚿", administrator: "+" }[order.kind];
    row.querySelector("b").textContent = order.title;
    row.querySelector(".sub").textContent = order.status === "refused" || order.status === "failed" ? order.text : sub(order);
    row.querySelector(".sum").textContent = order.amount ? `−${money(order.amount, order.currency)}` : "";
    row.querySelector(".chip").textContent = label(order);
    row.querySelector("button").addEventListener("click", () => open(order, order.path));
    return row;
  }));
}

const sub = (order) => [when(order.at), order.subtitle].filter(Boolean).join(" · ");
const label = (order) => order.status === "waiting" && order.signatures ? `Waiting for ${order.signatures} signature${order.signatures === 1 ? "" : "s"}` : LABELS[order.status];

/** The sheet of one order: what it is, where it stands, what can be done now. */
function open(order, path, answer = {}) {
  clearTimeout(polling);
  const sheet = $("sheet");
  $("sheet-chip").className = `chip ${chipClass(order.status)}`;
  $("sheet-chip").textContent = label(order);
  $("sheet-title").textContent = {
    executed: "Done", step_up: "Confirm that it is you", waiting: "Colleagues must sign",
    refused: "Refused", failed: "Not executed", open: "Not finished",
  }[order.status];
  $("sheet-text").textContent = order.text ?? "";
  facts(order);
  $("sheet-signers").hidden = order.status !== "waiting";
  $("sheet-state").textContent = "Waiting. This continues by itself once they have signed.";
  const link = $("sheet-link");
  link.hidden = order.status !== "waiting" || !order.approval_url;
  if (!link.hidden) link.href = order.approval_url;
  $("sheet-why").textContent = why(order, answer);
  action(order, path);
  if (!sheet.open) sheet.showModal();
  if (order.status === "waiting") watch(order, path);
}

function action(order, path) {
  const go = $("sheet-go");
  go.hidden = !["step_up", "open", "waiting"].includes(order.status);
  go.textContent = { step_up: "Confirm with security key", open: "Continue", waiting: "Check now" }[order.status] ?? "";
  go.className = order.status === "waiting" ? "quiet" : "primary";
  go.onclick = () => order.status === "step_up"
    ? session.authorize({
      stepUp: { acr: order.step_up.acr, maxAge: order.step_up.max_age },
      resume: { method: "POST", path, body: order.body },
    })
    : submit(path, order.body);
}

/** Looks at a waiting order until its signatures are there, then sends the same bytes again. */
function watch(order, path) {
  polling = setTimeout(async () => {
    const answer = await session.call("GET", `/api/orders/${order.id}`).catch(() => ({ status: 503, body: {} }));
    if (!$("sheet").open || await ended(answer)) return;
    const now = answer.body.order ?? order;
    if (now.status === "waiting" && ["denied", "cancelled", "expired", "failed", "rejected"].includes(now.request?.status)) {
      $("sheet-signers").hidden = true;
      tell($("notice"), "bad", `The request was ${now.request.status}.`);
      return submit(path, order.body);
    }
    if (now.request?.status === "completed" || now.request?.status === "approved") return submit(path, order.body);
    if (now.status !== "waiting") return open(now, path);
    watch(now, path);
  }, POLL);
}

function facts(order) {
  const rows = order.facts.map(([name, value], index) => {
    const row = document.createElement("div");
    if (index === 0 && order.amount) row.className = "strong";
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.textContent = name;
    dd.textContent = index === 0 && order.amount ? money(order.amount, order.currency) : value;
    row.append(dt, dd);
    return row;
  });
  $("sheet-facts").replaceChildren(...rows);
}

function why(order, answer) {
  const parts = [];
  if (order.status === "executed" && order.evidence != null) parts.push(`Receipt verified; evidence entry ${order.evidence}.`);
  if (answer.result) parts.push(answer.result);
  if (answer.evaluation_id) parts.push(`Decision ${answer.evaluation_id}.`);
  return parts.join(" ");
}

function show(which) {
  for (const element of document.querySelectorAll("[data-when]")) element.hidden = element.dataset.when !== which;
}

function route() {
  const wanted = location.hash.slice(1);
  const current = ["overview", "pay", "operations"].includes(wanted) ? wanted : "overview";
  for (const view of document.querySelectorAll(".view")) view.hidden = view.id !== current;
  for (const tab of document.querySelectorAll(".tabs a")) {
    if (tab.hash === `#${current}`) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  scrollTo(0, 0);
}

function tell(element, tone, message) {
  element.className = `notice ${tone}`;
  element.textContent = message;
  element.hidden = false;
}

function hint(typed) {
  const amount = Number(amountOf(typed) ?? 0);
  $("transfer-hint").textContent = amount >= SIGNATURES_FROM
    ? "From 10,000.00: your security key, and two signatures of treasury."
    : amount >= STEP_UP_FROM ? "From 1,000.00: your security key." : "Under 1,000.00: no further confirmation.";
}

/** "1,250.5" → "1250.50"; null when it is no amount above zero. */
function amountOf(typed) {
  const plain = typed.trim().replaceAll(",", "").replaceAll(" ", "");
  if (!/^\d{1,12}(\.\d{1,2})?$/.test(plain)) return null;
  const [whole, cents = ""] = plain.split(".");
  const amount = `${whole.replace(/^0+(?=\d)/, "")}.${cents.padEnd(2, "0")}`;
  return Number(amount) > 0 ? amount : null;
}

/** Grouped from the decimal text itself: no rounding by floating point. */
function money(amount, currency) {
  const [whole, cents] = amount.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents ?? "00"} ${currency}`;
}

const grouped = (iban) => iban.replace(/(.{4})(?=.)/g, "$1 ");
const when = (time) => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

await main(); // last: until here the constants above do not exist yet
