// The service's clock, as its answers tell it: what it keeps the time of goes by that one, however wrong the browser's is.

/** `Date` tells whole seconds: less than this may be nothing but that. */
const noticeableMs = 2000;

let aheadMs = 0;

/** Takes the time that an answer tells. */
export function hearTime(answer: Response): void {
  const told = Date.parse(answer.headers.get("Date") ?? "") + 500 - Date.now();
  if (Math.abs(told - aheadMs) > noticeableMs) aheadMs = told;
}

/** Milliseconds since 1970 at the service. */
export function serviceNow(): number {
  return Date.now() + aheadMs;
}
