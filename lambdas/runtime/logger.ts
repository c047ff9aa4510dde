import { Logger } from '@aws-lambda-powertools/logger';
import { DrizzleQueryError } from 'drizzle-orm/errors';

/** Creates the structured logger of a function. Signatures, tokens and keys must never be logged. */
export function createLogger(step: string): Logger {
  return new Logger({ serviceName: 'sluice', persistentKeys: { step } });
}

/** Returns the parts of an error that may be logged. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  if (error instanceof DrizzleQueryError) return describeFailedQuery(error);
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...codeOf(error), ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}

function codeOf(error: Error): { readonly code?: unknown } {
  return 'code' in error ? { code: error.code } : {};
}

/** Omits the bound values (titles, names, keys), which the message and the stack repeat. */
function describeFailedQuery({ query, message, stack = '', cause }: DrizzleQueryError): Record<string, unknown> {
  const frames = stack.slice(stack.indexOf(message) + message.length).trimStart();
  const described = { name: 'DrizzleQueryError', query, stack: frames };
  if (cause === undefined) return described;
  return { ...described, cause: { name: cause.name, message: withoutValues(cause.message), ...codeOf(cause) } };
}

/**
 * Shortens the Data API's message about a failed statement, `ERROR: <message>\n  Detail: <detail>; SQLState: <state>`:
 * the detail quotes rows. For data exceptions (class 22), the message itself quotes the invalid value.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function withoutValues(message: string): string {
  const [state = ''] = /SQLState: \w{5}$/.exec(message) ?? [];
  if (state.startsWith('SQLState: 22')) return state;
  const [first = ''] = message.split('\n');
  return first.endsWith(state) ? first : `${first}; ${state}`;
}
