// The dialog that moves a visit: its button names the day and the time that it moves to.
(() => {
  "use strict";

  function name(form) {
    const times = form.querySelector("#move-times");
    const time = chosen(form);
    const known = times.dataset.day === form.elements.day.value;
    form.querySelector("#move-it").textContent =
      known && time ? `Move to ${times.dataset.words}, ${time}` : "Move it";
  }

  // As the server takes it: what was typed goes before what was chosen from the list.
  function chosen(form) {
    const typed = form.elements.other_time?.value;
    if (typed) return inWords(typed);
    const one = form.querySelector("[name=time]:checked");
    return one ? one.labels[0].textContent : "";
  }

  function inWords(clock) {
    const [hour, minute] = clock.split(":");
    return `${hour % 12 || 12}:${minute} ${hour < 12 ? "AM" : "PM"}`;
  }

  const nameAll = () => document.querySelectorAll("[data-move]").forEach(name);

  // What is chosen anew leaves the other way of choosing behind.
  document.addEventListener("input", ({ target }) => {
    const form = target.closest?.("[data-move]");
    if (!form) return;
    if (target.name === "time") form.elements.other_time.value = "";
    if (target.name === "other_time") {
      form.querySelectorAll("[name=time]").forEach((one) => { one.checked = false; });
    }
    name(form);
  });
  // Enter on a time moves; everywhere else it shows what is free.
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-move]");
    if (!form || event.key !== "Enter" || !/time$/.test(event.target.name)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("#move-it"));
  });
  document.body.addEventListener("htmx:afterSwap", ({ target }) => {
    nameAll();
    if (target.id !== "move-times") return;
    const times = document.getElementById("move-times");
    document.getElementById("move-news").textContent = times.querySelector("legend, [role=alert]").textContent;
  });
  nameAll();
})();
