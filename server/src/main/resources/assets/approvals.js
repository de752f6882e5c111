"use strict";

// The inbox looks again when somebody comes back to it.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") location.reload();
});
