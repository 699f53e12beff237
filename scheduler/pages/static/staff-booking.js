// Quick booking and "find a time" by keyboard: the patient as one types, times by their digits.
(() => {
  "use strict";
  const { ask, keys, openPanel } = window.staff;
  const PAUSE = 120;

  // --- The patient ------------------------------------------------------------------------------
  // One search at a time: what comes back for an earlier text is not shown, and who pressed Enter
  // before it came is given the first of what is found.
  let timer = 0;
  let asked = 0;
  let shown = 0;
  let chooseFirst = false;

  function parts(search) {
    const form = search.form;
    return {
      form,
      list: form.querySelector("#patient-options"),
      patient: form.querySelector("[name=patient]"),
      status: form.querySelector("[data-found]"),
      who: form.querySelector("#booking-who"),
    };
  }

  function upgrade(root) {
    const search = root.querySelector?.("[data-booking] [name=q]");
    if (!search) return;
    search.setAttribute("role", "combobox");
    search.setAttribute("aria-autocomplete", "list");
    search.setAttribute("aria-controls", "patient-options");
    search.setAttribute("aria-expanded", "false");
  }

  function typed(search) {
    const { patient } = parts(search);
    if (patient.value) {
      patient.value = "";
      showWho(search, "");
    }
    clearTimeout(timer);
    chooseFirst = false;
    const number = ++asked;
    if (!search.value.trim()) {
      close(search);
      return;
    }
    timer = setTimeout(() => find(search, number), PAUSE);
  }

  async function find(search, number) {
    const q = encodeURIComponent(search.value.trim());
    const answer = await ask(`/api/v1/staff/patients?q=${q}`).catch(() => null);
    if (number !== asked) return;
    shown = number;
    if (!answer?.ok) return;
    fill(search, await answer.json());
    if (chooseFirst) choose(search, highlighted(search));
  }

  function fill(search, found) {
    const { list, status } = parts(search);
    list.replaceChildren(
      ...found.map((one) => option(one.name, facts(one), { patient: one.id })),
      option(`New patient: ${search.value.trim()}`, "", { fresh: "1" }),
    );
    list.hidden = false;
    search.setAttribute("aria-expanded", "true");
    highlight(search, list.firstElementChild);
    status.textContent = found.length === 1 ? "1 patient" : `${found.length} patients`;
  }

  function option(name, words, data) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `patient-option-${data.patient ?? "new"}`;
    Object.assign(item.dataset, data);
    const strong = document.createElement("strong");
    strong.textContent = name;
    item.append(strong, ` ${words}`);
    return item;
  }

  function facts({ date_of_birth: born, phone }) {
    const date = born ? `born ${born.slice(5, 7)}/${born.slice(8)}/${born.slice(0, 4)}` : "";
    const number = phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3");
    return [date, number].filter(Boolean).join(", ");
  }

  function highlighted(search) {
    return parts(search).list.querySelector("[aria-selected=true]");
  }

  function highlight(search, item) {
    highlighted(search)?.setAttribute("aria-selected", "false");
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    search.setAttribute("aria-activedescendant", item.id);
  }

  function close(search) {
    const { list } = parts(search);
    chooseFirst = false;
    list.hidden = true;
    list.replaceChildren();
    search.setAttribute("aria-expanded", "false");
    search.removeAttribute("aria-activedescendant");
  }

  async function choose(search, item) {
    const { form, patient } = parts(search);
    const text = search.value.trim();
    shown = ++asked;
    close(search);
    if (item.dataset.fresh) {
      await showWho(search, "");
      fillNew(form, text);
      return;
    }
    patient.value = item.dataset.patient;
    search.value = item.querySelector("strong").textContent;
    form.querySelector("[data-book]").focus();
    showWho(search, patient.value);
  }

  // The details of the patient, or the fields of a new one; what was typed for a new one is kept.
  async function showWho(search, patient) {
    const { who } = parts(search);
    const known = who.querySelector("[name=known]")?.value ?? "";
    if (known === patient) return;
    const answer = await ask(`/staff/book/who/?patient=${patient}`);
    if (answer.ok && parts(search).patient.value === patient) who.innerHTML = await answer.text();
  }

  function fillNew(form, text) {
    form.querySelector("[data-new]").open = true;
    const visit = form.querySelector("[name=visit_type]");
    if (form.dataset.newVisit && !visit.dataset.chosen) visit.value = form.dataset.newVisit;
    const [name, born, phone] = ["name", "date_of_birth", "phone"].map((field) =>
      form.querySelector(`#booking-who [name=${field}]`),
    );
    if (/\p{L}/u.test(text)) name.value = text;
    else if (/[/]/.test(text)) born.value = text;
    else phone.value = text;
    (name.value ? born : name).focus();
  }

  function searchKey(event) {
    const search = event.target;
    const { list } = parts(search);
    const pending = asked > shown && search.value.trim() && !parts(search).patient.value;
    if (event.key === "Enter" && (pending || !list.hidden)) {
      event.preventDefault();
      if (pending) chooseFirst = true;
      else choose(search, highlighted(search));
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close(search);
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && !list.hidden) {
      event.preventDefault();
      const items = [...list.children];
      const step = event.key === "ArrowDown" ? 1 : -1;
      const at = items.indexOf(highlighted(search)) + step;
      highlight(search, items[(at + items.length) % items.length]);
    }
  }

  // --- Times ------------------------------------------------------------------------------------
  let goToFirst = false;

  function findKey(event) {
    if (event.key !== "Enter" || event.target.matches("button, a")) return;
    event.preventDefault();
    goToFirst = true;
    htmx.trigger(event.target.form, "submit");
  }

  function typing(target) {
    return target.matches?.("select, textarea, input:not([type=radio], [type=checkbox])");
  }

  function pickKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (!/^\d$/.test(event.key) || document.querySelector("#lock[open], #idle[open]")) return;
    const place = document.querySelector("#panel[open]") ?? document.querySelector("main");
    const pick = place.querySelector(`[data-pick="${event.key}"]`);
    if (!pick) return;
    event.preventDefault();
    pick.click();
  }

  // --- Where it all hangs -----------------------------------------------------------------------
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-booking] [name=q]")) typed(event.target);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[name=visit_type]")) event.target.dataset.chosen = "1";
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches?.("[data-booking] [name=q]")) searchKey(event);
    else if (event.target.closest?.("[data-find]")) findKey(event);
    if (!event.defaultPrevented) pickKey(event);
  });
  document.addEventListener("mousedown", (event) => {
    const item = event.target.closest("#patient-options [role=option]");
    if (!item) return;
    event.preventDefault();
    choose(item.closest("form").querySelector("[name=q]"), item);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("[data-booking] [name=q]")) close(event.target);
  });
  document.body.addEventListener("htmx:load", (event) => upgrade(event.target));
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "found-times" || !goToFirst) return;
    goToFirst = false;
    event.target.querySelector("[data-pick]")?.focus();
  });
  upgrade(document);

  keys.f = () => openPanel("/staff/find/");
  keys.n = () => openPanel("/staff/book/");
})();
