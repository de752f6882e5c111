"use strict";

// The page of one request: sign with an authenticator, consent with a number, deny, withdraw, disown. Its content may be put in
// place anew at any time (approvals.js), so nothing is kept of it.
(() => {
  const dataset = () => document.getElementById("approval").dataset;

  const say = (text, bad) => {
    const message = document.getElementById("message");
    message.textContent = text;
    message.className = bad ? "notice bad" : "notice";
    message.hidden = false;
  };

  const post = async (step, body) => {
    const answer = await fetch(`/approvals/${dataset().request}/${step}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Error(json.detail ?? "The server refused.");
    return json;
  };

  const sign = async () => {
    say("Confirm with your authenticator.", false);
    const { display, locale } = dataset();
    const { publicKey } = await post("options", display ? { display, locale } : {});
    await post("sign", { response: await window.countersign.get(publicKey) });
  };

  const number = async () => {
    const { display, locale } = dataset();
    const { nonce } = await post("number", display ? { display, locale } : {});
    const form = document.getElementById("match");
    form.reset();
    form.hidden = false;
    form.elements.number.focus();
    say("The number is on the requester's page now, for two minutes. One try.", false);
    const typed = await new Promise((resolve) => {
      form.onsubmit = (event) => {
        event.preventDefault();
        resolve(form.elements.number.value);
      };
    });
    form.hidden = true;
    await post("number/answer", { nonce, number: typed });
  };

  const actions = {
    sign,
    number,
    deny: () => post("deny", {}),
    "not-me": () => post("deny", { not_me: true }),
    withdraw: () => post("withdraw", {}),
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("#approval button");
    const action = button && actions[button.id];
    if (!action) return;
    button.disabled = true;
    window.countersignBusy = true;
    try {
      await action();
      location.reload();
    } catch (error) {
      window.countersignBusy = false;
      say(error.message, true);
      button.disabled = false;
    }
  });
})();
