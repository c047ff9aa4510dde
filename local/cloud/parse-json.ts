/** Parses JSON; undefined if the text is not valid JSON. */
export function parseJsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses JSON; the text itself if it is not valid JSON. */
export function parseJsonOrText(text: string): unknown {
  const value = parseJsonOrUndefined(text);
  return value === undefined ? text : value;
}
