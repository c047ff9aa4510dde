import { signal } from '@preact/signals';

const TICK_MS = 30_000;
/** Difference that is not worth a new render: a `Date` header has a resolution of one second. */
const TOLERANCE_MS = 2000;

/** Time of the server minus the time of this computer, whose clock may be hours off. */
let offsetMs = 0;

/** Time of the server in milliseconds since the epoch, updated about twice a minute. */
export const serverTime = signal(Date.now());

/** Sets the clock by the `Date` header of a response. https://www.rfc-editor.org/rfc/rfc9110#field.date */
export function setServerClock(headers: Headers): void {
  // A cached response carries the time of its creation. https://www.rfc-editor.org/rfc/rfc9111#section-5.1
  const ageMs = Number(headers.get('age') ?? 0) * 1000;
  const answeredAt = Date.parse(headers.get('date') ?? '') + ageMs;
  if (Number.isNaN(answeredAt)) return;
  const found = answeredAt - Date.now();
  if (Math.abs(found - offsetMs) <= TOLERANCE_MS) return;
  offsetMs = found;
  serverTime.value = Date.now() + offsetMs;
}

/** Keeps `serverTime` current. Call it once. */
export function startServerClock(): void {
  setInterval(() => (serverTime.value = Date.now() + offsetMs), TICK_MS);
}
