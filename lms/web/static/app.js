// Betters pages that work without it: the bar's menu closes on Escape, buttons are not pressed twice, long lists are
// narrowed, answers save themselves.
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

// A long list to tick from is narrowed to what holds the letters typed; what is ticked stays in sight. It lies beside
// the form's fields and is no part of them.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

for (const list of document.querySelectorAll("fieldset[data-narrow]")) {
  const [field, label, box] = ["div", "label", "input"].map((name) => document.createElement(name));
  field.className = "field";
  label.textContent = list.dataset.narrow;
  label.htmlFor = box.id = `${list.id}-narrow`;
  box.type = "search";
  field.append(label, box);
  list.querySelector("legend").after(field);
  box.addEventListener("input", () => {
    const wanted = plain(box.value.trim());
    for (const one of list.querySelectorAll("label.inline")) {
      one.hidden = !one.querySelector("input").checked && !plain(one.textContent).includes(wanted);
    }
  });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

// Each answer is sent as it is given and while it is typed; what could not be sent stays on the page and goes with
// the next. The page knows with which answers it was drawn, so that an old one in a second window undoes nothing.
const TYPED_MS = 2000, LAST_CALL_S = 4;

function keepsSaving(form) {
  const told = document.getElementById("saved");
  const open = document.getElementById("open");
  const touched = new Set();
  let running = false, again = false, over = false, later;

  const mark = (key, value) => {
    const held = form.querySelector(`input[name="was"][data-key="${CSS.escape(key)}"]`);
    if (held) held.value = `${key} ${value}`;
  };
  const touch = (event) => touched.add(event.target.name.split(":")[0]);

  const take = (data) => {
    told.textContent = data.said;
    for (const [key, value] of Object.entries(data.was || {})) if (!touched.has(key)) mark(key, value);
    if (data.open) open.textContent = data.open;
    if (data.over) over = true;
    if (Number.isInteger(data.seconds_left)) {
      form.dispatchEvent(new CustomEvent("deadline", { detail: data.seconds_left }));
    }
  };

  const save = async () => {
    clearTimeout(later);
    if (over) return;
    if (running) { again = true; return; }
    running = true;
    const body = new FormData(form);
    // Files go with a button, not with every keystroke.
    for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
    const sent = [...touched];
    touched.clear();
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1" } });
      if ((answer.headers.get("Content-Type") || "").startsWith("application/json")) {
        take(await answer.json());
      } else {
        sent.forEach((key) => touched.add(key));
        told.textContent = form.dataset.refused;
      }
    } catch {
      // Whether it arrived nobody knows: what was touched counts as it stands here.
      sent.forEach((key) => { touched.add(key); mark(key, "?"); });
      told.textContent = form.dataset.unsaved;
    }
    running = false;
    if (again) { again = false; save(); }
  };

  form.addEventListener("input", (event) => {
    touch(event);
    clearTimeout(later);
    later = setTimeout(save, TYPED_MS);
  });
  form.addEventListener("change", (event) => { touch(event); save(); });
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden && touched.size) save(); });
  return save;
}

// Counts down to the deadline; shortly before it what stands on the page is saved, and at it the page says so.
function countsDown(box, form, save) {
  let until = Date.now() + Number(box.dataset.seconds) * 1000, called = false;
  form.addEventListener("deadline", (event) => {
    until = Date.now() + event.detail * 1000;
    if (event.detail > LAST_CALL_S) called = false;
  });
  const clock = document.createElement("bdi");
  clock.className = "clock";
  clock.dir = "ltr";
  box.replaceChildren(`${box.dataset.said}: `, clock);
  const tick = () => {
    const left = Math.max(0, Math.round((until - Date.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left <= LAST_CALL_S && !called) { called = true; save(); }
    if (left === 0) { clearInterval(timer); setTimeout(() => location.reload(), 1500); }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const save = keepsSaving(form);
  const box = document.getElementById("left");
  if (box) countsDown(box, form, save);
}
