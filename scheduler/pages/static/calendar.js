// The calendar: a column for each provider or room, in the clinic's zone whatever the browser's is,
// up to date with what others do, and with the day in the address. Times are wall-clock texts such
// as 2026-11-24T10:00, reckoned with as if they were UTC, so that no zone can shift them.
(() => {
  "use strict";
  const POLL = 1500;
  const MINUTE = 60_000;
  const DAY = 24 * 60 * MINUTE;
  const CUT_OFF = 40; // Pixels of a column.
  const ROOMS = ":rooms";
  const WEEKEND = [6, 0];
  const VIEWS = { day: "resourceTimeGridDay", week: "resourceTimeGridWeek" };
  const root = document.getElementById("calendar");
  const canBook = "canBook" in root.dataset;
  const title = document.getElementById("calendar-title");
  const stale = document.getElementById("calendar-stale");
  const instead = document.getElementById("calendar-instead"); // Why it opens on another day.
  const dayField = document.getElementById("calendar-day");
  const columnsField = document.getElementById("calendar-columns");
  const marks = {};
  for (const item of document.querySelectorAll(".calendar-legend [data-mark]")) {
    marks[item.dataset.mark] = { icon: item.querySelector("svg"), word: item.textContent.trim() };
  }

  let offset = Number(root.dataset.offset); // Minutes east of UTC on the clinic's wall, now.
  let shown; // The day, the view and the columns.
  let feed = { version: "", events: [], backgrounds: [], resources: [] };
  let given = new Map(); // What the calendar was given, by id, as text.
  let asked = 0;
  let loadedAt = 0;
  let chosen = ""; // The visit that was opened or focused last.
  let held = false; // While a visit is dragged or asked about, nothing moves under the hand.

  // --- Days ---------------------------------------------------------------------------------
  const asDate = (wall) => new Date(`${wall.length === 10 ? `${wall}T00:00` : wall}:00Z`);
  const asDay = (date) => date.toISOString().slice(0, 10);
  const plus = (day, days) => asDay(new Date(asDate(day).getTime() + days * DAY));
  const today = () => asDay(new Date(Date.now() + offset * MINUTE));
  const say = (wall, options) =>
    new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }).format(asDate(wall));
  const clock = (wall) => say(wall, { hour: "numeric", minute: "2-digit" });
  const inWords = (wall) =>
    `${say(wall, { weekday: "short", month: "short", day: "numeric" })}, ${clock(wall)}`;

  function range() {
    if (shown.view === "day") return [shown.day, shown.day];
    const monday = plus(shown.day, -((asDate(shown.day).getUTCDay() + 6) % 7));
    return [monday, plus(monday, 6)];
  }

  // Where no day is asked for: today, or the next day that the clinic is open.
  function opening() {
    return instead ? root.dataset.opensOn : today();
  }

  // --- The address --------------------------------------------------------------------------
  function fromAddress() {
    const query = new URLSearchParams(location.search);
    const day = query.get("day") || "";
    const columns = query.get("by") === "room" ? ROOMS : query.get("provider") || "";
    return {
      day: /^\d{4}-\d\d-\d\d$/.test(day) && !isNaN(asDate(day)) ? day : opening(),
      view: query.get("view") === "week" ? "week" : "day",
      columns: [...columnsField.options].some((one) => one.value === columns) ? columns : "",
    };
  }

  function toAddress() {
    const query = new URLSearchParams({ day: shown.day, view: shown.view });
    if (shown.columns === ROOMS) query.set("by", "room");
    else if (shown.columns) query.set("provider", shown.columns);
    return `${location.pathname}?${query}`;
  }

  function go(changes) {
    shown = { ...shown, ...changes };
    history.pushState(null, "", toAddress());
    show();
  }

  function step(by) {
    const first = shown.view === "day" ? shown.day : range()[0];
    go({ day: by === 0 ? today() : plus(first, by * (shown.view === "day" ? 1 : 7)) });
  }

  // --- What is shown ------------------------------------------------------------------------
  function show() {
    const [first, last] = range();
    const long = { month: "long", day: "numeric", year: "numeric" };
    title.textContent =
      shown.view === "day"
        ? say(first, { weekday: "long", ...long })
        : `${say(first, { month: "long", day: "numeric" })} to ${say(last, long)}`;
    if (instead) instead.hidden = shown.day !== opening();
    document.title = `${title.textContent} – Calendar`;
    dayField.value = shown.day;
    columnsField.value = shown.columns;
    for (const button of document.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === shown.view));
    }
    return load({ poll: false });
  }

  // Ask for the days shown. A refresh changes only the visits that differ, so that what has the
  // focus keeps it; `poll` is one that nobody asked for.
  async function load({ poll, refresh = false }) {
    const turn = ++asked;
    const [from, to] = range();
    const query = new URLSearchParams({ from, to });
    if (shown.columns === ROOMS) query.set("by", "room");
    else if (shown.columns) query.set("provider", shown.columns);
    root.setAttribute("aria-busy", "true");
    const found = await get(`/api/v1/staff/calendar?${query}`, poll);
    if (turn !== asked) return;
    root.removeAttribute("aria-busy");
    if (!found || (refresh && held)) return;
    loadedAt = Date.now();
    const sameColumns = JSON.stringify(found.resources) === JSON.stringify(feed.resources);
    feed = found;
    offset = minutes(found.utc_offset);
    if (refresh && sameColumns) update();
    else draw();
    if (!refresh) setTimeout(scrollToToday);
  }

  // A week opens with today in view and as much before it as fits; a column that is cut off at the
  // edge tells that there is more.
  function scrollToToday() {
    const main = root.querySelector(".ec-main");
    const head = root.querySelector(".ec-col-group.ec-today");
    if (shown.view !== "week" || !head) return;
    const sidebar = root.querySelector(".ec-sidebar").offsetWidth;
    const start = main.scrollLeft + head.getBoundingClientRect().left
      - main.getBoundingClientRect().left - sidebar;
    const end = start + head.offsetWidth - (main.clientWidth - sidebar);
    main.scrollLeft = Math.min(start - CUT_OFF, end + CUT_OFF);
  }

  async function get(path, poll) {
    try {
      const answer = await staff.ask(path, { poll });
      stale.hidden = answer.ok || answer.status === 423;
      return answer.ok ? await answer.json() : null;
    } catch {
      stale.hidden = false;
      return null;
    }
  }

  function minutes(utcOffset) {
    const [, sign, hours, rest] = utcOffset.match(/([+-])(\d\d):(\d\d)/);
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(rest));
  }

  function draw() {
    const things = everything();
    given = new Map(things.map((one) => [one.id, JSON.stringify(one)]));
    const [first] = range();
    const opens = `${feed.opens.slice(0, 2)}:00`;
    for (const [name, value] of Object.entries({
      timeZone: feed.utc_offset,
      resources: feed.resources.map((one) => ({ id: one.id, title: one.title, extendedProps: one })),
      hiddenDays: shown.view === "week" ? emptyWeekend(first) : [],
      slotMinTime: opens,
      slotMaxTime: feed.closes,
      scrollTime: shown.day === today() ? nearNow(opens) : opens,
      datesAboveResources: shown.view === "week",
      columnWidth: shown.view === "week" ? "minmax(5rem, 1fr)" : "minmax(9rem, 1fr)",
      date: shown.day,
      view: VIEWS[shown.view],
      events: things,
    })) {
      calendar.setOption(name, value);
    }
  }

  function update() {
    const focused = document.activeElement?.closest?.(".ec-event")?.dataset.id;
    const things = new Map(everything().map((one) => [one.id, one]));
    for (const id of given.keys()) if (!things.has(id)) calendar.removeEventById(id);
    for (const [id, one] of things) {
      const before = given.get(id);
      if (before === undefined) calendar.addEvent(one);
      else if (before !== JSON.stringify(one)) calendar.updateEvent(one);
    }
    given = new Map([...things].map(([id, one]) => [id, JSON.stringify(one)]));
    if (focused) setTimeout(() => refocus(focused));
  }

  function refocus(id) {
    if (document.activeElement && document.activeElement !== document.body) return;
    root.querySelector(`.ec-event[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  }

  // The hour before this one, as long as the clinic is open.
  function nearNow(opens) {
    const hour = new Date(Date.now() + offset * MINUTE).getUTCHours();
    const before = `${String(Math.max(hour - 1, 0)).padStart(2, "0")}:00`;
    return before < feed.closes ? before : opens;
  }

  function everything() {
    const visits = feed.events.map((one) => ({
      id: one.id,
      resourceIds: [one.resource],
      start: one.start,
      end: one.end,
      title: one.title,
      startEditable: canBook && ["booked", "confirmed"].includes(one.status),
      classNames: [`is-${one.status}`],
      extendedProps: one,
    }));
    const shades = feed.backgrounds.map((one) => ({
      id: `${one.kind} ${one.resource} ${one.start} ${one.end}`,
      resourceIds: [one.resource],
      start: one.start,
      end: one.end,
      title: one.title,
      display: "background",
      classNames: [`is-${one.kind}`],
      extendedProps: one,
    }));
    return [...visits, ...shades];
  }

  // Saturday and Sunday, unless somebody works then or has a visit.
  function emptyWeekend(monday) {
    return WEEKEND.filter((weekday) => {
      const day = plus(monday, weekday === 6 ? 5 : 6);
      const beyond = plus(day, 1);
      return feed.resources.every((column) =>
        feed.backgrounds.some(
          (one) =>
            one.resource === column.id &&
            one.start === `${day}T00:00` &&
            one.end === `${beyond}T00:00`,
        ),
      ) && !feed.events.some((one) => one.start.startsWith(day));
    });
  }

  // --- Words and signs ----------------------------------------------------------------------
  function make(tag, className, ...children) {
    const element = document.createElement(tag);
    element.className = className;
    element.append(...children);
    return element;
  }

  const sign = (key) => marks[key].icon.cloneNode(true);
  const unseen = (text) => make("span", "visually-hidden", text);

  function content({ event }) {
    const one = event.extendedProps;
    if (event.display === "background") {
      return { domNodes: one.kind === "closed" ? [] : [make("span", "shade", one.title)] };
    }
    const status = marks[one.status].word + (one.lobby === null ? "" : ` ${one.lobby} min`);
    const badges = one.badges.map((key) => {
      const badge = make("span", `sign sign-${key}`, sign(key), unseen(`${marks[key].word}. `));
      badge.title = key === "interpreter" ? `${marks[key].word}: ${one.interpreter}` : marks[key].word;
      return badge;
    });
    const column = feed.resources.find((column) => column.id === one.resource);
    const withRoom = one.room && shown.columns !== ROOMS && shown.view === "day";
    const details = [one.type, withRoom ? one.room : ""];
    const time = make("span", "visit-time", clock(one.start));
    return {
      domNodes: [
        make("span", "visit-name", sign(one.status), time, " ", make("strong", "", one.title)),
        make("span", "visit-state", make("span", "", status), unseen(". "), ...badges),
        make("span", "visit-more", details.filter(Boolean).join(" · ")),
        unseen(`${inWords(one.start)}, ${column ? column.title : ""}`),
      ],
    };
  }

  // `date` comes with a column of a week, as a time of the browser's.
  function label({ resource, date }) {
    const one = resource.extendedProps;
    const day = date
      ? asDay(new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())))
      : shown.day;
    // Where nobody works, the library makes a column of its own, without a name.
    const nodes = [make("strong", "", one?.title ?? "Nobody works here yet")];
    if (!one?.title) return { domNodes: nodes };
    if (one.note) nodes.push(make("span", "quiet", ` ${one.note}`));
    if (one.late && day === today()) {
      const late = `${one.late} min late`;
      nodes.push(make("span", "badge is-warning", sign("running-late"), late));
    }
    return { domNodes: nodes };
  }

  // The library makes a table of it, which holds buttons where only cells may be.
  function tidy() {
    const frame = root.querySelector(".ec");
    frame?.setAttribute("role", "group");
    frame?.setAttribute("aria-label", "Visits");
    for (const part of root.querySelectorAll(
      "[role=row], [role=rowgroup], [role=cell], [role=columnheader], [aria-colspan]",
    )) {
      for (const name of ["role", "aria-colindex", "aria-colspan"]) part.removeAttribute(name);
    }
    for (const part of root.querySelectorAll(".ec-col-head [aria-label], .ec-col-group [aria-label]")) {
      part.removeAttribute("aria-label");
    }
    const main = root.querySelector(".ec-main");
    main?.setAttribute("tabindex", "0");
    main?.setAttribute("role", "group");
    main?.setAttribute("aria-label", "Visits by column; scrolls");
  }

  // --- The calendar itself ------------------------------------------------------------------
  shown = fromAddress();
  const calendar = EventCalendar.create(root, {
    view: VIEWS[shown.view],
    date: shown.day,
    timeZone: zoneText(offset),
    headerToolbar: { start: "", center: "", end: "" },
    locale: "en-US",
    allDaySlot: false,
    firstDay: 1,
    nowIndicator: true,
    slotDuration: "00:15",
    slotLabelInterval: "01:00",
    slotHeight: 28,
    slotEventOverlap: false,
    flexibleSlotTimeLimits: true,
    dayHeaderFormat: { weekday: "short", month: "short", day: "numeric" },
    eventDurationEditable: false,
    eventStartEditable: canBook,
    longPressDelay: 400,
    eventContent: content,
    resourceLabelContent: label,
    eventDidMount: ({ el, event }) => {
      if (event.display !== "background") el.dataset.id = event.id;
    },
    eventClick: ({ event }) => open(event.id),
    dateClick: canBook ? bookAt : undefined,
    eventDragStart: () => { held = true; },
    eventDrop: (info) => staff.calendar.drop(info),
    eventDragStop: () => { held = false; },
    viewDidMount: tidy,
    datesSet: () => setTimeout(tidy),
    eventAllUpdated: tidy,
  });

  function zoneText(minutesEast) {
    const ahead = Math.abs(minutesEast);
    const pad = (number) => String(number).padStart(2, "0");
    return `${minutesEast < 0 ? "-" : "+"}${pad(Math.floor(ahead / 60))}:${pad(ahead % 60)}`;
  }

  function bookAt({ dateStr, resource }) {
    const query = new URLSearchParams({ start: dateStr.slice(0, 16) });
    if (shown.columns !== ROOMS && resource) query.set("provider", resource.id);
    staff.openPanel(`/staff/book/?${query}`);
  }

  function open(id) {
    chosen = id;
    const one = feed.events.find((event) => event.id === id);
    if (one && one.status !== "held") staff.openPanel(`/staff/appointments/${id}/`);
    else staff.say("Somebody is booking this time right now.");
  }

  // --- News ---------------------------------------------------------------------------------
  async function poll() {
    const away = document.hidden || document.body.classList.contains("is-locked");
    if (!away && !held) {
      const old = Date.now() - loadedAt > MINUTE;
      const news = old || (await get("/api/v1/staff/calendar/version", true));
      if (old || (news && news.version !== feed.version)) await load({ poll: true, refresh: true });
    }
    setTimeout(poll, POLL);
  }

  const CHOOSE = "Choose a visit first: click it, or go to it with Tab.";

  // --- Hands --------------------------------------------------------------------------------
  const here = () => document.activeElement?.closest?.(".ec-event")?.dataset.id || chosen;

  async function arrived() {
    const one = feed.events.find((event) => event.id === here());
    if (!one) return staff.say(CHOOSE);
    const mark = async (to, version) => {
      const path = `/api/v1/staff/appointments/${one.id}/mark`;
      const answer = await staff.ask(path, { method: "POST", json: { to, version } });
      const told = await answer.json();
      if (!answer.ok) staff.say(told.detail, "is-wrong");
      await load({ poll: false, refresh: true });
      return answer.ok ? told : null;
    };
    const told = await mark("arrived", one.version);
    if (told) {
      const undo = { label: "Undo", act: () => mark("booked", told.version) };
      staff.say(`${one.title} is here.`, "", undo);
    }
    return told;
  }

  function move() {
    const one = feed.events.find((event) => event.id === here());
    if (!one) return staff.say(CHOOSE);
    return staff.openPanel(`/staff/appointments/${one.id}/move`);
  }

  Object.assign(staff.keys, {
    t: () => step(0),
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    d: () => go({ view: "day" }),
    w: () => go({ view: "week" }),
    "?": help,
  });
  if (canBook) {
    Object.assign(staff.keys, {
      f: () => staff.openPanel("/staff/find/"),
      n: () => staff.openPanel("/staff/book/"),
      a: arrived,
      m: move,
    });
  }

  function help() {
    document.getElementById("calendar-keys").showModal();
  }

  document.getElementById("calendar-help").addEventListener("click", help);
  for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => step(Number(button.dataset.go)));
  }
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => go({ view: button.dataset.view }));
  }
  dayField.addEventListener("change", () => { if (dayField.value) go({ day: dayField.value }); });
  columnsField.addEventListener("change", () => go({ columns: columnsField.value }));
  root.addEventListener("focusin", (event) => {
    chosen = event.target.closest(".ec-event")?.dataset.id || chosen;
  });
  addEventListener("popstate", () => {
    shown = fromAddress();
    show();
  });
  document.body.addEventListener("changed", () => load({ poll: false, refresh: true }));
  document.getElementById("panel").addEventListener("close", () => {
    setTimeout(() => { if (chosen) refocus(chosen); });
  });

  staff.calendar = {
    inWords,
    clock,
    asDate,
    find: (id) => feed.events.find((event) => event.id === id),
    column: (id) => feed.resources.find((column) => column.id === id),
    byRoom: () => shown.columns === ROOMS,
    reload: () => load({ poll: false, refresh: true }),
    redraw: draw,
    hold: (whether) => { held = whether; },
  };

  const patient = new URLSearchParams(location.search).get("book");
  history.replaceState(null, "", toAddress());
  show().then(poll);
  if (canBook && /^\d+$/.test(patient || "")) staff.openPanel(`/staff/book/?patient=${patient}`);
})();
