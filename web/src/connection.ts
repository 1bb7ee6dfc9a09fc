// Whether the service answers, as the last call has found.

import { signal } from "@preact/signals";
import { watchAnswers } from "./api/client";

export const isAway = signal(false);

watchAnswers((answered) => {
  isAway.value = !answered;
});
