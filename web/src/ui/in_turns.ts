// Work that many ask for at once, of which only some is done at a time.

/** Gives what does work, `most` at a time, in the order in which it was asked for. */
export function inTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    // Whoever ends hands its place on to the first that waits.
    if (running === most) await new Promise<void>((begin) => waiting.push(begin));
    else ++running;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else --running;
    }
  };
}
