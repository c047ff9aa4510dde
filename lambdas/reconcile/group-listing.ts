/** Items of a sorted listing that have the same name, which the listing yields one after another. */
export interface Group<Item> {
  readonly name: string;
  readonly items: readonly Item[];
}

/**
 * Groups the items of a sorted listing by name, and keeps no more than one group in memory.
 *
 * @param maxItems items of a group that are kept; the others are dropped
 */
export async function* groupListing<Item>(
  listing: AsyncIterable<Item>,
  nameOf: (item: Item) => string,
  maxItems: number,
): AsyncGenerator<Group<Item>> {
  let group: { name: string; items: Item[] } | undefined;
  for await (const item of listing) {
    const name = nameOf(item);
    if (group !== undefined && group.name !== name) {
      yield group;
      group = undefined;
    }
    group ??= { name, items: [] };
    if (group.items.length < maxItems) group.items.push(item);
  }
  if (group !== undefined) yield group;
}

/** A pair of a merge-join: what the listing holds and what the catalog holds under one name. */
export interface Pair<Item, Row> {
  readonly name: string;
  readonly items: readonly Item[];
  readonly row: Row | undefined;
}

export interface JoinOptions<Item, Row> {
  /** In byte order of their names. */
  readonly groups: AsyncIterable<Group<Item>>;
  /** In byte order of their names; the next page of the catalog. */
  readonly rows: readonly Row[];
  readonly nameOf: (row: Row) => string;
  /** Whether no rows follow, so that the listing is read to its end. */
  readonly isLastPage: boolean;
  /** Number of items after which the join stops, at the border of a group. */
  readonly maxItems: number;
}

/**
 * Joins a sorted listing with a page of sorted rows, in one pass over both.
 *
 * @param handle called for each name, in order
 * @returns the last name that was handled, after which the next call starts; undefined at the end of both
 */
export async function mergeJoin<Item, Row>(
  { groups, rows, nameOf, isLastPage, maxItems }: JoinOptions<Item, Row>,
  handle: (pair: Pair<Item, Row>) => Promise<void>,
): Promise<string | undefined> {
  let at = 0;
  /** Handles the rows that fulfill a condition, of which the listing holds nothing. */
  const catchUp = async (isDue: (name: string) => boolean): Promise<void> => {
    for (const row of rows.slice(at)) {
      if (!isDue(nameOf(row))) return;
      at += 1;
      await handle({ name: nameOf(row), items: [], row });
    }
  };
  const lastRow = rows.at(-1);
  const end = lastRow === undefined ? undefined : nameOf(lastRow);
  let seen = 0;
  for await (const { name, items } of groups) {
    if (!isLastPage && (end === undefined || isBefore(end, name))) break;
    await catchUp((row) => isBefore(row, name));
    const row = rows[at];
    const isSame = row !== undefined && nameOf(row) === name;
    if (isSame) at += 1;
    await handle({ name, items, row: isSame ? row : undefined });
    seen += items.length;
    if (seen >= maxItems) return name;
  }
  await catchUp(() => true);
  return isLastPage ? undefined : end;
}

/** Compares names as S3 and PostgreSQL's collation "C" do: by the bytes of UTF-8, unlike JavaScript. */
function isBefore(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
}
