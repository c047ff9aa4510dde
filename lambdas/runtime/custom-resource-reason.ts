/** Leaves room in an answer of 4,096 bytes for ids, even if every character takes several bytes. */
const MAX_CHARACTERS = 500;

/**
 * Why a custom resource failed, for the events of a stack, which many may read: nothing that looks like a key or a
 * signed query passes. A `SyntaxError` keeps only its name, since `JSON.parse` quotes the text it could not read.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'The function failed without saying why; its log may tell more.';
  if (error instanceof SyntaxError) return error.name;
  const message = error.message
    .replace(/-----BEGIN[\s\S]*?(-----END [A-Z ]+-----|$)/g, '[key]')
    .replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?[query]')
    .replace(/("?(?:password|secret|token|privateKey\w*)"?\s*[:=]\s*)\S+/gi, '$1[hidden]');
  const reason = `${error.name}: ${message}`;
  return reason.length <= MAX_CHARACTERS ? reason : `${reason.slice(0, MAX_CHARACTERS - 1)}…`;
}
