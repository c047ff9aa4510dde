type Unit = 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte' | 'terabyte';

const UNITS: readonly Unit[] = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

function pad(part: number): string {
  return String(part).padStart(2, '0');
}

/**
 * Formats a duration as the player does, in whole elapsed seconds, as in `1:02:03` or `4:05`, but at least `0:01`; the same in
 * every language.
 */
export function formatClock(durationMs: number): string {
  const seconds = Math.max(Math.floor(durationMs / 1000), durationMs > 0 ? 1 : 0);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Creates the formats of numbers, dates and durations for a language. */
export function createFormats(language: string) {
  const unit = (name: string, fraction = 0, unitDisplay: 'short' | 'narrow' | 'long' = 'short'): Intl.NumberFormat =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay, maximumFractionDigits: fraction });
  const percentFormat = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const dateFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const dateTimeFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const relativeFormat = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const languageNames = new Intl.DisplayNames(language, { type: 'language' });

  /** Formats a size in powers of 1000. */
  const bytes = (count: number): string => {
    const power = count < 1000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), UNITS.length - 1);
    const scaled = count / 1000 ** power;
    // The short form has no plural in English.
    if (power === 0) return unit('byte', 0, 'long').format(count);
    return unit(UNITS[power] ?? 'terabyte', scaled < 100 ? 1 : 0).format(scaled);
  };

  /** Formats a duration in one unit, or in hours and minutes. */
  const span = (seconds: number): string => {
    const whole = Math.max(1, Math.round(seconds));
    if (whole < MINUTE) return unit('second').format(whole);
    if (whole < HOUR) return unit('minute').format(Math.round(whole / MINUTE));
    const hours = Math.floor(whole / HOUR);
    const minutes = Math.round((whole % HOUR) / MINUTE);
    return minutes === 0 || minutes === 60
      ? unit('hour').format(minutes === 60 ? hours + 1 : hours)
      : `${unit('hour').format(hours)} ${unit('minute').format(minutes)}`;
  };

  /** Formats the time that has passed, within the last week; before that, the date. */
  const ago = (iso: string, nowMs: number): string => {
    const seconds = (nowMs - Date.parse(iso)) / 1000;
    if (seconds < MINUTE) return relativeFormat.format(0, 'second');
    if (seconds < HOUR) return relativeFormat.format(-Math.floor(seconds / MINUTE), 'minute');
    if (seconds < DAY) return relativeFormat.format(-Math.floor(seconds / HOUR), 'hour');
    if (seconds < 7 * DAY) return relativeFormat.format(-Math.floor(seconds / DAY), 'day');
    return dateFormat.format(new Date(iso));
  };

  return {
    bytes,
    span,
    ago,
    rate: (bytesPerSecond: number): string => `${bytes(bytesPerSecond)}/s`,
    /** @param percent 0 to 100; below 100 it is never rounded up to 100 */
    percent: (percent: number): string => percentFormat.format((percent >= 100 ? 100 : Math.floor(percent)) / 100),
    dateTime: (iso: string): string => dateTimeFormat.format(new Date(iso)),
    decimal: (number: number): string => decimal.format(number),
    bitrate: (bitsPerSecond: number): string =>
      bitsPerSecond < 1_000_000
        ? `${decimal.format(Math.round(bitsPerSecond / 1000))} kbit/s`
        : `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bitsPerSecond / 1_000_000)} Mbit/s`,
    usd: (amount: number): string =>
      new Intl.NumberFormat(language, {
        style: 'currency',
        currency: 'USD',
        minimumFractionDigits: 2,
        maximumFractionDigits: amount < 1 ? 4 : 2,
      }).format(amount),
    /** @param tag language of a track as files name it, such as `eng`, `ko` or `und` */
    languageName: (tag: string): string | null => {
      if (tag === 'und') return null;
      try {
        return languageNames.of(tag) ?? tag;
      } catch {
        return tag;
      }
    },
  };
}

export type Formats = ReturnType<typeof createFormats>;
