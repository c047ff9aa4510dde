type Unit = 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte' | 'terabyte';

const UNITS: readonly Unit[] = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

function pad(part: number): string {
  return String(part).padStart(2, '0');
}

/** `1:02:03`, `4:05`: as a player shows it; the same in every language. */
export function clock(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Numbers, dates and lengths of time as a language writes them. */
export function createFormats(language: string) {
  const unit = (name: string, fraction = 0, unitDisplay: 'short' | 'narrow' | 'long' = 'short'): Intl.NumberFormat =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay, maximumFractionDigits: fraction });
  const percentFormat = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const dateFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const dateTimeFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const relativeFormat = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const languageNames = new Intl.DisplayNames(language, { type: 'language' });

  /** In powers of 1000, as storage is sold. */
  const bytes = (count: number): string => {
    const power = count < 1000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), UNITS.length - 1);
    const scaled = count / 1000 ** power;
    // Short, English has no plural of them.
    if (power === 0) return unit('byte', 0, 'long').format(count);
    return unit(UNITS[power] ?? 'terabyte', scaled < 100 ? 1 : 0).format(scaled);
  };

  /** In one unit, or two next to each other; no finer than is worth knowing. */
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

  /** How long ago, within the last week; else the day. */
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
    /** @param percent 0 to 100; below 100 it never says 100 */
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
    /** `eng`, `ko`, `und`: as files name their tracks' languages. */
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
