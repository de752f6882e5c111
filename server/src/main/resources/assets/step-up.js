"use strict";

// Confirms with an authenticator and goes on to where the person came from.
(() => {
  const { supported, get, post, notice, run } = window.countersign;
  const page = document.getElementById("step-up");
  const failure = document.getElementById("notice");
  const button = document.getElementById("confirm");
  const { session, returnTo, here } = page.dataset;

  const add = document.getElementById("add");
  if (add) add.href = `/authenticators?return_to=${encodeURIComponent(here)}`;

  if (!supported()) {
    notice(failure, "This browser cannot use authenticators here. Use a current browser and a secure (https) address.");
    if (button) button.disabled = true;
    return;
  }

  button?.addEventListener("click", () =>
    run(button, failure, async () => {
      const { publicKey } = await post("/step-up/options", { session });
      const response = await get(publicKey);
      await post("/step-up", { session, response });
      location.assign(returnTo);
    }),
  );
})();
