// The live feed of evidence: newest first, at most MAX_ROWS on the page.
"use strict";

const MAX_ROWS = 200;
const feed = document.getElementById("feed");
const state = document.getElementById("state");

function cell(row, text, className) {
  const td = document.createElement("td");
  td.textContent = text;
  if (className) td.className = className;
  row.append(td);
  return td;
}

function outcome(entry) {
  if (entry.alarm) return ["alarm", "badge bad"];
  if (entry.kind !== "decision") return ["", ""];
  return entry.decision ? ["permitted", "badge good"] : [entry.code.replaceAll("_", " "), "badge bad"];
}

function show(entry) {
  document.getElementById("nothing").hidden = true;
  const row = document.createElement("tr");
  cell(row, entry.index, "mono muted");
  cell(row, entry.time.slice(11, 19), "mono muted");
  const what = cell(row, entry.kind === "decision" ? "" : entry.kind);
  if (entry.kind === "decision") {
    const link = document.createElement("a");
    link.href = "/console/decisions/" + encodeURIComponent(entry.subject);
    link.textContent = entry.action;
    what.append(link);
  }
  const about = entry.kind === "decision" ? `${entry.principal} → ${entry.resource}` : entry.subject;
  cell(row, about, "mono");
  const [text, className] = outcome(entry);
  const td = cell(row, "");
  if (text) {
    const badge = document.createElement("span");
    badge.className = className;
    badge.textContent = text;
    td.append(badge);
  }
  feed.prepend(row);
  while (feed.rows.length > MAX_ROWS) feed.deleteRow(-1);
}

const source = new EventSource("/console/feed");
source.addEventListener("open", () => { state.textContent = "Live"; state.className = "notice good"; });
source.addEventListener("error", () => {
  state.textContent = "Not connected. Trying again.";
  state.className = "notice bad";
});
source.addEventListener("entry", (event) => show(JSON.parse(event.data)));
