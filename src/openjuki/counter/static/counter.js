// Extras only: every page works without this file.
// 1. Two clicks send a form once; the server's key makes sure of it anyway.
// 2. A form with data-draft is kept on the server while it is filled in.
// 3. F2 goes to the search box, F9 presses the page's main button.
"use strict";
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.sending) {
    if (form.dataset.sending) event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  setTimeout(() => delete form.dataset.sending, 5000);
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sending;
  document.querySelector("#fault")?.focus();
});
for (const form of document.querySelectorAll("form[data-draft]")) {
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const body = new URLSearchParams(new FormData(form));
      body.set("draft", form.dataset.draft);
      fetch("/draft", { method: "POST", body, redirect: "error" }).catch(() => {});
    }, 800);
  });
}
addEventListener("keydown", (event) => {
  if (event.key === "F2") {
    event.preventDefault();
    const box = document.querySelector("#typed");
    if (box) box.focus();
    else location.assign("/search");
  } else if (event.key === "F9") {
    event.preventDefault();
    document.querySelector("main button.main")?.click();
  }
});
