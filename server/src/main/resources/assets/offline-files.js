"use strict";

// A file of answers is one line of text: choosing it fills the field that is sent.
(() => {
  const MAX_BYTES = 96 * 1024;
  const file = document.getElementById("file");
  const answers = document.getElementById("answers");

  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    const fits = chosen.size <= MAX_BYTES;
    answers.value = fits ? (await chosen.text()).trim() : "";
    file.setCustomValidity(fits ? "" : "This is no file of answers: it is too large");
    file.reportValidity();
  });
})();
