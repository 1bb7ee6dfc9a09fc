// Light, dark, or as the system has it.

import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const key = "tocsin-theme";

function stored(): Theme {
  const text = localStorage.getItem(key);
  return text === "light" || text === "dark" ? text : "system";
}

export const theme = signal<Theme>(stored());

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  if (chosen === "system") {
    localStorage.removeItem(key);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(key, chosen);
    document.documentElement.dataset["theme"] = chosen;
  }
}
