"use strict";

// The page of one request: sign with an authenticator, deny, withdraw, disown.
(() => {
  const { request, display, locale } = document.getElementById("approval").dataset;
  const message = document.getElementById("message");

  const say = (text, bad) => {
    message.textContent = text;
    message.className = bad ? "notice bad" : "notice";
    message.hidden = false;
  };

  const post = async (step, body) => {
    const answer = await fetch(`/approvals/${request}/${step}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Error(json.detail ?? "The server refused.");
    return json;
  };

  const onClick = (id, work) => {
    const button = document.getElementById(id);
    button?.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await work();
        location.reload();
      } catch (error) {
        say(error.message, true);
        button.disabled = false;
      }
    });
  };

  onClick("sign", async () => {
    say("Confirm with your authenticator.", false);
    const { publicKey } = await post("options", display ? { display, locale } : {});
    await post("sign", { response: await window.countersign.get(publicKey) });
  });
  onClick("deny", () => post("deny", {}));
  onClick("not-me", () => post("deny", { not_me: true }));
  onClick("withdraw", () => post("withdraw", {}));
})();
