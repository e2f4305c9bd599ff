// Extras only: every form works without this file.
// 1. Addresses are completed by the server while they are typed. 2. A file that is chosen goes into its text field.
"use strict";
for (const input of document.querySelectorAll("input[data-complete]")) {
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const body = new URLSearchParams({ token: input.form.elements.token.value, kind: input.dataset.complete, text: input.value });
      const answer = await fetch("/entry/complete", { method: "POST", body, redirect: "error" }).catch(() => null);
      if (!answer || !answer.ok) return;
      const found = await answer.json();
      input.list.replaceChildren(...found.map(([value, label]) => Object.assign(document.createElement("option"), { value, label })));
    }, 150);
  });
}
for (const input of document.querySelectorAll("input[data-into]")) {
  input.addEventListener("change", async () => {
    if (input.files.length) document.getElementById(input.dataset.into).value = await input.files[0].text();
  });
}
