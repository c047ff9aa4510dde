import { foldText } from '../../../catalog/text/fold-text.ts';
import { sql } from 'drizzle-orm';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';

let catalog: LocalCatalog;
useLocalCatalog((started) => void (catalog = started));

/** Every assigned character. Noncharacters, surrogates and NUL cannot be stored; private use characters do not fold. */
const CHARACTERS = Array.from({ length: 0x11_0000 }, (_, code) => code)
  .filter((code) => code > 0 && (code < 0xd8_00 || code > 0xdf_ff))
  .map((code) => String.fromCodePoint(code))
  .filter((character) => !/[\p{Cn}\p{Co}]/u.test(character));

test.each([
  ['straße', 'STRASSE'],
  ['GROẞ', 'groß'],
  ['İstanbul', 'istanbul'],
  ['ISPARTA', 'ısparta'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ['ﬁlm Ⅳ', 'FILM iv'],
  ['ＬＩＶＥ', 'live'],
  ['ﾊﾞｽ', 'バス'],
  ['강의'.normalize('NFD'), '강의'],
  ['U\u0308ber', 'über'],
  ['q\u0307\u0323', 'Q\u0323\u0307'],
  ['❤\uFE0F', '❤'],
  ['co\u00adop\u200b', 'COOP'],
  ['Ⓢ', 's'],
])('treats %j and %j as equal', (one, other) => {
  expect(foldText(one)).toBe(foldText(other));
});

test('keeps different words, accents and dots apart', () => {
  const words = ['uber', 'über', 'ij', 'iĵ', '강의', '강이', 'ά', 'α', 'a b', 'ab'];
  expect(new Set(words.map(foldText)).size).toBe(words.length);
});

test('is the same for both cases and all Unicode forms of every character, and folding again changes nothing', () => {
  const changed = CHARACTERS.filter((character) => {
    const folded = foldText(character);
    const variants = [
      folded,
      character.toLowerCase(),
      character.toUpperCase(),
      ...['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => character.normalize(form)),
    ];
    return variants.some((variant) => foldText(variant) !== folded);
  });
  expect(changed).toEqual([]);
});

describe("the database's search_text", () => {
  /** Folds texts in the database, whose responses are limited to a megabyte. */
  const foldInDatabase = async (texts: readonly string[]): Promise<string[]> => {
    const folded: string[] = [];
    for (let first = 0; first < texts.length; first += 10_000) {
      const batch = JSON.stringify(texts.slice(first, first + 10_000));
      const { rows } = await catalog.database.execute<{ folded: string }>(
        sql`select string_agg(search_text(text), chr(10) order by place) as folded
            from json_array_elements_text(cast(${batch} as json)) with ordinality as given (text, place)
            group by (place - 1) / 1000 order by (place - 1) / 1000`,
      );
      folded.push(...rows.flatMap(({ folded: lines }) => lines.split('\n')));
    }
    return folded;
  };

  test.each([
    ['alone', (character: string) => character],
    ['between letters and marks', (character: string) => `iΣ${character}\u0307Σ`],
  ])('is the same function for every character that its Unicode version knows, %s', async (_where, inContext) => {
    const given = CHARACTERS.filter((character) => character !== '\n');
    const folded = await foldInDatabase(given.map(inContext));
    expect(folded).toHaveLength(given.length);
    const different = given.filter((character, index) => folded[index] !== foldText(inContext(character)));
    // A character newer than the database is one that it leaves as it is.
    expect(different.filter((character) => !folded[given.indexOf(character)]?.includes(character))).toEqual([]);
    expect(different.length).toBeLessThan(given.length / 1000);
  });
});
