// What every staff page has: the lock after idle minutes, toasts, the panel, and keys.
(() => {
  "use strict";
  const MINUTE = 60_000;
  const LOCK_AFTER = 15 * MINUTE;
  const body = document.body;
  const idle = document.getElementById("idle");
  const lock = document.getElementById("lock");
  const panel = document.getElementById("panel");
  const toast = document.getElementById("toast");
  let activeAt = Date.now();
  let toldAt = Date.now();

  // Every script asks through here: the token against forged requests, and what a locked or ended
  // session means. `poll` marks what the page asks by itself, which is no activity.
  async function ask(path, { method = "GET", json, form, poll = false } = {}) {
    const headers = { "X-CSRFToken": body.dataset.csrf, "X-Requested-With": "fetch" };
    if (poll) headers["X-Poll"] = "1";
    if (json !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(path, {
      method,
      headers,
      body: json !== undefined ? JSON.stringify(json) : form,
    });
    turnedAway(answer.status);
    return answer;
  }

  function turnedAway(status) {
    if (status === 423) showLock();
    if (status === 401) {
      const next = encodeURIComponent(location.pathname + location.search);
      location.assign(`/staff/account/login/?next=${next}`);
    }
  }

  // `slot_picker` is {label, act}: a button in the toast, such as one that undoes what it tells of.
  function say(text, kind = "", offer = null) {
    toast.className = `toast is-shown ${kind}`;
    toast.textContent = text;
    if (offer) toast.append(offerButton(offer));
    clearTimeout(say.timer);
    say.timer = setTimeout(() => toast.classList.remove("is-shown"), offer ? 20_000 : 8000);
  }

  function offerButton({ label, act }) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      toast.classList.remove("is-shown");
      act();
    });
    return button;
  }

  // --- The lock -----------------------------------------------------------------------------
  function showLock() {
    if (lock.open) return;
    idle.close();
    body.classList.add("is-locked");
    lock.showModal();
    lock.querySelector("[name=password]").focus();
  }

  async function unlock(event) {
    event.preventDefault();
    const form = event.target;
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "X-CSRFToken": body.dataset.csrf, "X-Requested-With": "fetch" },
      body: new FormData(form),
    });
    const error = form.querySelector(".usa-error-message");
    if (answer.status === 204) {
      form.reset();
      error.hidden = true;
      activeAt = toldAt = Date.now();
      body.classList.remove("is-locked");
      lock.close();
    } else if (answer.status === 422) {
      error.textContent = await answer.text();
      error.hidden = false;
      form.querySelector("[name=password]").select();
    } else {
      location.assign("/staff/");
    }
  }

  function isHere() {
    activeAt = Date.now();
    if (activeAt - toldAt > MINUTE && !lock.open) {
      toldAt = activeAt;
      ask("/staff/active/", { method: "POST" }).catch(() => {});
    }
  }

  function watch() {
    const quiet = Date.now() - activeAt;
    if (quiet >= LOCK_AFTER) showLock();
    else if (quiet >= LOCK_AFTER - MINUTE && !idle.open && !lock.open) idle.showModal();
  }

  // --- The panel: a page's part in a dialog ---------------------------------------------------
  function openPanel(path) {
    if (!panel.open) panel.returnTo = document.activeElement;
    return htmx.ajax("GET", path, { target: "#panel-content", swap: "innerHTML" });
  }

  function closePanel() {
    if (panel.open) panel.close();
  }

  function isTyping(target) {
    return target.matches?.("input, select, textarea, [contenteditable]");
  }

  // A page adds its keys: staff.keys.n = () => …; never while somebody types or a dialog is open.
  const keys = {};
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act) {
      event.preventDefault();
      act(event);
    }
  }

  if (lock) {
    lock.addEventListener("cancel", (event) => event.preventDefault());
    lock.querySelector("form").addEventListener("submit", unlock);
    idle.addEventListener("close", isHere);
    idle.querySelector("[data-idle]").addEventListener("click", () => idle.close());
    for (const act of ["keydown", "pointerdown", "scroll"]) {
      addEventListener(act, () => { if (!idle.open && !lock.open) isHere(); }, { passive: true });
    }
    setInterval(watch, 5000);
    addEventListener("visibilitychange", watch);
  }
  addEventListener("keydown", onKey);
  body.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    turnedAway(status);
    if (![401, 423, 503].includes(status)) say("That did not work. Please try again.", "is-wrong");
  });
  body.addEventListener("htmx:sendError", () => {
    say("The server can't be reached. Nothing was changed.", "is-wrong");
  });
  // A button that is pressed, or waits for its answer, stays: what others changed would take it away,
  // and with it the tap or what the answer says. The next look shows everything.
  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.requestConfig.headers["X-Poll"]) return;
    if (detail.target.querySelector(":active, [hx-post].htmx-request")) detail.shouldSwap = false;
  });
  body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "panel-content") return;
    if (!event.target.innerHTML.trim()) {
      closePanel();
      return;
    }
    if (!panel.open) panel.showModal();
    panel.querySelector("[autofocus], .usa-input--error")?.focus();
  });
  // A server's answer may say (HX-Trigger): {"say": "Booked."} or {"closePanel": ""}.
  body.addEventListener("say", (event) => say(event.detail.value));
  body.addEventListener("closePanel", closePanel);
  panel?.addEventListener("close", () => panel.returnTo?.focus?.());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    const opener = event.target.closest("[data-panel]");
    if (opener && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openPanel(opener.dataset.panel || opener.getAttribute("href"));
    }
  });
  keys["/"] = () => location.assign("/staff/patients/");

  window.staff = { ask, say, openPanel, closePanel, keys };
})();
