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

  count();
  setInterval(count, 2000);
  document.body.addEventListener("htmx:afterSwap", count);
})();
