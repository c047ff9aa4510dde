/**
 * Which files `aws s3 sync` looks at, with all of `--exclude` before all of `--include`: the last pattern that fits
 * decides, and without one the file is in.
 * https://docs.aws.amazon.com/cli/latest/reference/s3/#use-of-exclude-and-include-filters
 *
 * @returns whether a path, relative to the source, is in
 */
export function fileFilter(exclude: readonly string[], include: readonly string[]): (path: string) => boolean {
  const excluded = exclude.map(patternOf);
  const included = include.map(patternOf);
  return (path) => fits(included, path) || !fits(excluded, path);
}

function fits(patterns: readonly RegExp[], path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}

/** `*` stands for anything, slashes included; `?` for one character; `[…]` and `[!…]` for one of a set. */
function patternOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/\[(!?)([^\]]+)\]|[\s\S]/g, (symbol, not: string | undefined, set?: string) => {
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replaceAll('\\', '\\\\')}]`;
    if (symbol === '*') return '[\\s\\S]*';
    return symbol === '?' ? '[\\s\\S]' : symbol.replaceAll(/[.+^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`);
}
