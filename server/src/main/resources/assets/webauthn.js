"use strict";

// WebAuthn for our pages: the JSON of the server (WebAuthn L3 §5.1.8–5.1.10) to the browser's objects and back.
// Every failure is an Error whose message a person can read.
window.countersign = (() => {
  const bytes = (text) => {
    const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer;
  };

  const text = (buffer) => {
    let binary = "";
    for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte);
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };

  const descriptors = (list) => (list ?? []).map((entry) => ({ ...entry, id: bytes(entry.id) }));

  const supported = () =>
    window.isSecureContext && "PublicKeyCredential" in window && Boolean(navigator.credentials);

  const requireSupport = () => {
    if (!window.isSecureContext) {
      throw new Error("This page was not opened over a secure connection, so authenticators cannot be used.");
    }
    if (!supported()) {
      throw new Error("This browser cannot use authenticators (WebAuthn). Open this page in a current browser.");
    }
  };

  // The browser tells little on purpose; these are the cases a person can act on.
  const plain = (error) => {
    switch (error.name) {
      case "NotAllowedError":
        return new Error("Nothing was confirmed: it was cancelled, took too long, or no authenticator here fits.");
      case "InvalidStateError":
        return new Error("This authenticator is already registered.");
      case "SecurityError":
        return new Error("This page's address does not belong to this service, so the browser refused.");
      case "NotSupportedError":
      case "ConstraintError":
        return new Error("This authenticator cannot verify you with a PIN, fingerprint or face, which is needed here.");
      case "AbortError":
        return new Error("It was interrupted. Try again.");
      default:
        return new Error("The authenticator did not answer as expected. Try again.");
    }
  };

  // Registers: PublicKeyCredentialCreationOptionsJSON in, RegistrationResponseJSON out.
  const create = async (options) => {
    requireSupport();
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    };
    let credential;
    try {
      credential = await navigator.credentials.create({ publicKey });
    } catch (error) {
      throw plain(error);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: {},
      response: {
        clientDataJSON: text(credential.response.clientDataJSON),
        attestationObject: text(credential.response.attestationObject),
        transports: credential.response.getTransports ? credential.response.getTransports() : [],
      },
    };
  };

  // Asserts: PublicKeyCredentialRequestOptionsJSON in, AuthenticationResponseJSON out.
  const get = async (options) => {
    requireSupport();
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    };
    let credential;
    try {
      credential = await navigator.credentials.get({ publicKey });
    } catch (error) {
      throw plain(error);
    }
    const { response } = credential;
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: {},
      response: {
        clientDataJSON: text(response.clientDataJSON),
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        userHandle: response.userHandle ? text(response.userHandle) : undefined,
      },
    };
  };

  // POSTs JSON to our own origin; answers with the JSON that comes back. A problem document becomes an Error with its detail.
  const post = async (path, body) => {
    let answer;
    try {
      answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(body),
        credentials: "same-origin",
      });
    } catch {
      throw new Error("The server could not be reached. Nothing was changed, as far as this page knows.");
    }
    const json = await answer.json().catch(() => null);
    if (answer.ok) return json;
    const error = new Error(json?.detail ?? `The server refused (${answer.status}).`);
    error.problem = json;
    error.status = answer.status;
    throw error;
  };

  // Shows `message` in `element`; `kind` is "bad", "good" or "".
  const notice = (element, message, kind = "bad") => {
    element.className = kind ? `notice ${kind}` : "notice";
    element.textContent = message;
    element.hidden = !message;
  };

  // Runs `work` with `button` disabled; its failure is shown in `element`.
  const run = async (button, element, work) => {
    button.disabled = true;
    notice(element, "", "");
    try {
      await work();
    } catch (error) {
      notice(element, error.message, "bad");
    } finally {
      button.disabled = false;
    }
  };

  return { supported, create, get, post, notice, run };
})();
