// Betters pages that work without it: the bar's menu closes on Escape, buttons are not pressed twice.
"use strict";

document.documentElement.classList.add("js");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post") {
    form.dataset.sent = "yes";
    // A refused or slow answer must not leave the form dead.
    setTimeout(() => delete form.dataset.sent, 4000);
  }
});

for (const box of document.querySelectorAll("[data-refresh]")) {
  const timer = setInterval(async () => {
    const answer = await fetch(location.href, { headers: { "X-Part": box.id } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(box.id);
    if (!fresh) return;
    box.replaceChildren(...fresh.childNodes);
    if (!fresh.hasAttribute("data-refresh")) clearInterval(timer);
  }, Number(box.dataset.refresh) * 1000);
}

// Each answer is sent as it is given; what could not be sent stays on the page and goes with the next.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const told = document.getElementById("saved");
  const save = async () => {
    try {
      const body = new FormData(form);
      // Files go with a button, not with every keystroke.
      for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1" } });
      if (!answer.ok) throw new Error(answer.status);
      const { saved } = await answer.json();
      told.textContent = `${form.dataset.autosave}${saved}`;
    } catch {
      told.textContent = form.dataset.unsaved;
    }
  };
  form.addEventListener("change", save);
  window.addEventListener("online", save);
}
