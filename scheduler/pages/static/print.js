// Shows each "Print" button where a script can answer it, and prints when one is pressed.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
