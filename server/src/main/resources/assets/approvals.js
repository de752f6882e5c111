"use strict";

// The pages of approvals stay as they are now: when something has changed, their content is loaded anew and put in place.
// A page on which somebody is about to sign waits until they are done (window.countersignBusy).
(() => {
  let waiting = false;

  const refresh = async () => {
    if (waiting || window.countersignBusy) return;
    waiting = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const content = fresh.getElementById("content");
      if (!content || window.countersignBusy) return;
      document.getElementById("content").replaceChildren(...content.childNodes);
      document.title = fresh.title;
      document.dispatchEvent(new Event("countersign:refreshed"));
    } catch {
      // The next event, or coming back to the page, tries again.
    } finally {
      waiting = false;
    }
  };

  const source = new EventSource("/approvals/feed");
  source.addEventListener("changed", refresh);
  let opened = false;
  source.addEventListener("open", () => {
    if (opened) refresh(); // what happened while it was not connected
    opened = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") refresh();
  });
})();
