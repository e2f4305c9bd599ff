// Extras only: every page works without this file.
// 1. Two clicks send a form once; the server's key makes sure of it anyway.
// 2. A form with data-draft is kept on the server while it is filled in, and before it is sent: a server that is gone is told, the page stays.
// 3. F2 goes to the search box, F9 presses the page's main button.
"use strict";
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  if (form.dataset.draft && !form.dataset.kept) {
    event.preventDefault();
    keptFirst(form, event.submitter);
    return;
  }
  delete form.dataset.kept;
  setTimeout(() => delete form.dataset.sending, 5000);
});
async function keptFirst(form, submitter) {
  const status = await keep(form);
  delete form.dataset.sending;
  if (tell(status)) return;
  form.dataset.kept = "yes";
  form.requestSubmit(submitter);
}
// What the server said to a draft: 0 if it is not there, 401 if it knows no session of this browser.
async function keep(form) {
  for (const last of [false, true]) {
    const body = new URLSearchParams(new FormData(form));
    body.set("draft", form.dataset.draft);
    const answer = await fetch("/draft", { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!answer || answer.status !== 409 || last) return answer ? answer.status : 0;
    const now = await fetch("/draft", { redirect: "manual" }).catch(() => null);
    if (!now || now.status !== 200) return now ? now.status : 0;
    form.elements.token.value = (await now.json()).token;  // somebody logged in anew beside this page
  }
}
// The page says that nothing was sent, and stays as it is.
function tell(status) {
  document.querySelector("#line")?.remove();
  const words = { 0: "#line-down", 401: "#line-logged-out" }[status];
  if (!words) return false;
  document.querySelector("main").prepend(document.querySelector(words).content.cloneNode(true));
  document.querySelector("#line").focus();
  return true;
}
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sending;
  document.querySelector("#fault")?.focus();
});
for (const form of document.querySelectorAll("form[data-draft]")) {
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const status = await keep(form);
      if (document.querySelector("#line") && status === 204) tell(status);
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
