// Keeps the minutes counting between two answers of the server, and asks for the day anew when
// somebody is late enough that the desk has to say what became of them.
(() => {
  "use strict";
  const shownAt = new WeakMap();

  // Seconds since the server wrote it: differences only, so a wrong clock does no harm.
  function secondsSince(part) {
    if (!shownAt.has(part)) shownAt.set(part, Date.now());
    return (Date.now() - shownAt.get(part)) / 1000;
  }

  function count() {
    for (const part of document.querySelectorAll("[data-waiting]")) {
      const seconds = Number(part.dataset.waiting) + secondsSince(part);
      part.querySelector("[data-minutes]").textContent = Math.floor(seconds / 60);
    }
    for (const card of document.querySelectorAll("[data-asks-in]")) {
      if (secondsSince(card) < Number(card.dataset.asksIn)) continue;
      delete card.dataset.asksIn;
      htmx.trigger(document.body, "changed");
    }
  }

  // A column stays where it was scrolled to when the board comes anew.
  let scrolled = {};
  function keepScroll() {
    const columns = [...document.querySelectorAll(".day-column")];
    scrolled = Object.fromEntries(
      columns.map((one) => [one.getAttribute("aria-labelledby"), one.scrollTop]),
    );
  }

  function scrollBack() {
    for (const one of document.querySelectorAll(".day-column")) {
      one.scrollTop = scrolled[one.getAttribute("aria-labelledby")] ?? 0;
    }
  }

  count();
  setInterval(count, 2000);
  document.body.addEventListener("htmx:beforeSwap", keepScroll);
  document.body.addEventListener("htmx:afterSwap", () => {
    scrollBack();
    count();
  });
})();
