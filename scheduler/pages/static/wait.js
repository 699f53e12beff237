// Buttons that can't do anything yet, for `data-wait` seconds, count down instead of refusing.
for (const button of document.querySelectorAll("[data-wait]")) {
  const words = button.textContent;
  const ready = performance.now() + Number(button.dataset.wait) * 1000;
  const tick = () => {
    const left = Math.ceil((ready - performance.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${words} (${left} s)` : words;
    if (left > 0) setTimeout(tick, 250);
  };
  tick();
}
