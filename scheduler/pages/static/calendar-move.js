// Dragging a visit: asks whether to tell the patient, moves it, offers to undo, and puts it back
// where the move is refused.
(() => {
  "use strict";
  const ask = document.getElementById("move-ask");
  const refused = document.getElementById("move-refused");
  const words = (dialog) => dialog.querySelector("[data-words]");

  staff.calendar.drop = async ({ event, delta, newResource }) => {
    const { calendar } = staff;
    const one = calendar.find(event.id);
    const putBack = () => calendar.redraw();
    if (!one) return putBack();
    if (calendar.byRoom() && newResource) {
      putBack();
      return staff.say("Rooms are given by the kind of visit: move it in time only.", "is-wrong");
    }
    const wish = {
      start: later(one.start, delta.seconds),
      provider: newResource ? newResource.id : one.provider,
      version: one.version,
    };
    calendar.hold(true);
    const tell = await asked(one, wish);
    if (tell === null) putBack();
    else await move(one, { ...wish, tell });
    calendar.hold(false);
    return calendar.reload();
  };

  function later(wall, seconds) {
    const at = staff.calendar.asDate(wall).getTime() + seconds * 1000;
    return new Date(at).toISOString().slice(0, 16);
  }

  // true or false: whether to tell the patient; null: not to move it after all.
  function asked(one, wish) {
    const { inWords, column } = staff.calendar;
    const to = wish.provider === one.provider ? "" : ` with ${column(wish.provider).title}`;
    words(ask).textContent = `${one.title}: from ${inWords(one.start)} to ${inWords(wish.start)}${to}.`;
    ask.querySelector("[name=tell]").checked = true;
    ask.returnValue = "";
    ask.showModal();
    return new Promise((decide) => {
      ask.addEventListener(
        "close",
        () => decide(ask.returnValue === "move" ? ask.querySelector("[name=tell]").checked : null),
        { once: true },
      );
    });
  }

  async function move(one, wish) {
    const path = `/api/v1/staff/appointments/${one.id}/move`;
    let answer, told;
    try {
      answer = await staff.ask(path, { method: "POST", json: wish });
      told = await answer.json();
    } catch {
      staff.calendar.redraw();
      return staff.say("The server can't be reached. Nothing was changed.", "is-wrong");
    }
    if (!answer.ok) {
      staff.calendar.redraw();
      return explain(one, wish, told);
    }
    return staff.say(told.words, "", { label: "Undo", act: () => undo(one, told.undo) });
  }

  async function undo(one, back) {
    await move(one, back);
    await staff.calendar.reload();
  }

  function explain(one, wish, told) {
    words(refused).textContent = `${told.detail} ${one.title} was not moved.`;
    const others = told.alternatives || [];
    const list = refused.querySelector("ul");
    refused.querySelector("[data-others]").hidden = others.length === 0;
    list.replaceChildren(...others.map((other) => choice(one, wish, other)));
    const more = refused.querySelector("[data-more]");
    const query = new URLSearchParams({ start: wish.start, provider: wish.provider });
    more.href = more.dataset.panel = `/staff/appointments/${one.id}/move?${query}`;
    refused.showModal();
  }

  function choice(one, { version, tell }, { start, provider, words: time }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "usa-button usa-button--outline usa-button--small";
    const column = staff.calendar.column(provider);
    button.textContent = column && provider !== one.provider ? `${time} with ${column.title}` : time;
    button.addEventListener("click", async () => {
      refused.close();
      // The move takes the clock on the clinic's wall.
      await move(one, { start: start.slice(0, 16), provider, version, tell });
      await staff.calendar.reload();
    });
    item.append(button);
    return item;
  }

  refused.querySelector("[data-more]").addEventListener("click", () => refused.close());
})();
