/** Hours, minutes and seconds with their units, each optional, as in `1h2m`, `1m30s` or `90`. */
const UNITS = /^(?:(?<hours>\d{1,4})h)?(?:(?<minutes>\d{1,5})m)?(?:(?<seconds>\d{1,7}(?:\.\d{1,3})?)s?)?$/i;
/** A clock, as players show it: `1:30` or `1:02:03`. */
const CLOCK = /^(?:(?<hours>\d{1,4}):)?(?<minutes>\d{1,4}):(?<seconds>[0-5]?\d(?:\.\d{1,3})?)$/;

/** Parses the time at which playback starts, as links carry it in `t`: `90`, `1m30s`, `1h2m` or `1:30`; null if it is none. */
export function parseStartTime(text: string | null | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  const groups = trimmed === '' ? undefined : (UNITS.exec(trimmed) ?? CLOCK.exec(trimmed))?.groups;
  if (groups === undefined) return null;
  const { hours = 0, minutes = 0, seconds = 0 } = groups;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Returns a URL that starts at a time, in whole seconds; the URL itself for the beginning. */
export function addStartTime(url: string, seconds: number | null): string {
  const whole = Math.floor(seconds ?? 0);
  return whole > 0 ? `${url}?t=${whole}` : url;
}
