// Runs before anything is drawn, so that a page never flashes in the wrong colours.

const chosen = localStorage.getItem("tocsin-theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
