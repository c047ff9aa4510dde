/** A statement with positional placeholders `$1`, `$2` … */
interface PositionalSql {
  readonly text: string;
  /** Name of each placeholder, `$1` first; a repeated name is one parameter. */
  readonly names: readonly string[];
}

/**
 * Tokens without placeholders, by PostgreSQL's lexical rules: strings and escape strings, quoted identifiers,
 * dollar-quoted bodies, line comments, `::` casts and `:=`. Block comments nest, so that no pattern matches them.
 * https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
const OPAQUE = [
  /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y,
  /'(?:[^']|'')*'/y,
  /"(?:[^"]|"")*"/y,
  /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?\$\1\$/y,
  /--[^\n]*/y,
  /::|:=/y,
  /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y,
];
const PLACEHOLDER = /:(\w+)/y;

/**
 * Rewrites the Data API's named parameters as positional ones.
 *
 * @param placeholder returns the text for a parameter, given its position and name
 */
export function toPositional(sql: string, placeholder: (position: number, name: string) => string): PositionalSql {
  const names: string[] = [];
  let text = '';
  let at = 0;
  while (at < sql.length) {
    const opaque = sql.startsWith('/*', at) ? matchBlockComment(sql, at) : matchOpaque(sql, at);
    if (opaque !== undefined) {
      text += opaque;
      at += opaque.length;
      continue;
    }
    const name = matchAt(PLACEHOLDER, sql, at)?.[1];
    if (name === undefined) {
      text += sql[at];
      at += 1;
      continue;
    }
    let index = names.indexOf(name);
    if (index < 0) index = names.push(name) - 1;
    text += placeholder(index + 1, name);
    at += name.length + 1;
  }
  return { text, names };
}

function matchOpaque(sql: string, at: number): string | undefined {
  for (const pattern of OPAQUE) {
    const match = matchAt(pattern, sql, at);
    if (match !== null) return match[0];
  }
  return undefined;
}

function matchAt(pattern: RegExp, sql: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(sql);
}

function matchBlockComment(sql: string, start: number): string {
  let depth = 0;
  let at = start;
  do {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 2;
    } else if (sql.startsWith('*/', at)) {
      depth -= 1;
      at += 2;
    } else {
      at += 1;
    }
  } while (depth > 0 && at < sql.length);
  return sql.slice(start, at);
}
