/**
 * Makes the filter of `aws s3 sync` with all of `--exclude` before all of `--include`: the last matching pattern decides,
 * and a file without one is included.
 * https://docs.aws.amazon.com/cli/latest/reference/s3/#use-of-exclude-and-include-filters
 *
 * @returns a predicate for paths relative to the source
 */
export function makeFileFilter(exclude: readonly string[], include: readonly string[]): (path: string) => boolean {
  const excluded = exclude.map(compileGlob);
  const included = include.map(compileGlob);
  return (path) => matchesAny(included, path) || !matchesAny(excluded, path);
}

function matchesAny(patterns: readonly RegExp[], path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}

/** Compiles a pattern: `*` matches any text with slashes, `?` one character, `[…]` and `[!…]` one of a set. */
function compileGlob(pattern: string): RegExp {
  const source = pattern.replaceAll(/\[(!?)([^\]]+)\]|[\s\S]/g, (symbol, not: string | undefined, set?: string) => {
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replaceAll('\\', '\\\\')}]`;
    if (symbol === '*') return '[\\s\\S]*';
    return symbol === '?' ? '[\\s\\S]' : symbol.replaceAll(/[.+^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`);
}
