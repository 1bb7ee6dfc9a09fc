// Amounts of storage for people.

const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `512 B`, `1.4 GiB`. */
export function bytes(count: number): string {
  let value = Math.abs(count);
  let unit = 0;
  for (; value >= 1024 && unit + 1 < units.length; ++unit) value /= 1024;
  return `${count < 0 ? "−" : ""}${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
