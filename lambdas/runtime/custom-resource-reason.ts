/**
 * Maximum length that leaves room for ids in a response of 4,096 bytes, even if every character takes several bytes.
 */
const MAX_CHARACTERS = 500;

/**
 * Describes why a custom resource failed. Many users can read the events of a stack, so keys and signed queries are
 * removed, and a `SyntaxError` is reduced to its name, since `JSON.parse` quotes the invalid text.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'The function failed without an error message; see its log.';
  if (error instanceof SyntaxError) return error.name;
  const message = error.message
    .replace(/-----BEGIN[\s\S]*?(-----END [A-Z ]+-----|$)/g, '[key]')
    .replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?[query]')
    .replace(/("?(?:password|secret|token|privateKey\w*)"?\s*[:=]\s*)\S+/gi, '$1[hidden]');
  const reason = `${error.name}: ${message}`;
  return reason.length <= MAX_CHARACTERS ? reason : `${reason.slice(0, MAX_CHARACTERS - 1)}…`;
}
