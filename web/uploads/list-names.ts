import { isolateText } from '../texts/isolate-text.ts';
import { language, t } from '../texts/texts.ts';

/** Number of names that are written out. */
const MAX_NAMES = 8;

function quote(name: string): string {
  const isolated = isolateText(name);
  return language === 'ko' ? `‘${isolated}’` : `“${isolated}”`;
}

/**
 * Returns one text for many names, or none without a name. Beyond some names, only the number of the others is given.
 *
 * @param write writes the text for a number of names, which are quoted and separated by commas
 */
export function listNames(
  names: readonly string[],
  write: (count: number, names: string) => string,
): readonly string[] {
  if (names.length === 0) return [];
  const quoted = names.slice(0, MAX_NAMES).map(quote).join(', ');
  const others = names.length - MAX_NAMES;
  return [write(names.length, others > 0 ? t.uploads.andMore(quoted, others) : quoted)];
}
