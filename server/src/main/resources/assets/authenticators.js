"use strict";

// The page of a person's authenticators: adds and removes.
(() => {
  const { supported, create, get, post, notice, run } = window.countersign;
  const page = document.getElementById("authenticators");
  const failure = document.getElementById("notice");
  const form = document.getElementById("add-form");

  if (form && !supported()) {
    notice(failure, "This browser cannot use authenticators here. Use a current browser and a secure (https) address.");
    document.getElementById("add-button").disabled = true;
  }

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    run(document.getElementById("add-button"), failure, async () => {
      const { publicKey } = await post("/authenticators/options", {});
      const response = await create(publicKey);
      await post("/authenticators", { label: document.getElementById("label").value, response });
      location.assign(page.dataset.returnTo);
    });
  });

  for (const button of document.querySelectorAll("[data-again]")) {
    button.addEventListener("click", () =>
      run(button, failure, async () => {
        const id = button.dataset.again;
        const { publicKey } = await post("/authenticators/again/options", { id });
        const answer = await post("/authenticators/again", { id, response: await get(publicKey) });
        if (answer.waits) {
          notice(document.getElementById("waits"), answer.waits, "good");
        } else {
          location.reload();
        }
      }),
    );
  }

  for (const button of document.querySelectorAll("[data-remove]")) {
    button.addEventListener("click", () => {
      if (!confirm(`Remove “${button.dataset.label}”? It can then no longer confirm anything for you.`)) return;
      run(button, failure, async () => {
        try {
          await post("/authenticators/remove", { id: button.dataset.remove });
        } catch (error) {
          if (error.problem?.type !== "urn:countersign:problem:step-up-required") throw error;
          location.assign(`/step-up?session=${page.dataset.session}&return_to=/authenticators`);
          return;
        }
        location.reload();
      });
    });
  }
})();
