import { Logger } from '@aws-lambda-powertools/logger';
import { DrizzleQueryError } from 'drizzle-orm/errors';

/** Structured logs of one function; never a signature, a token or a key. */
export function createLogger(step: string): Logger {
  return new Logger({ serviceName: 'sluice', persistentKeys: { step } });
}

/** What of an error a log may hold. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  if (error instanceof DrizzleQueryError) return describeFailedQuery(error);
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...codeOf(error), ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}

function codeOf(error: Error): { readonly code?: unknown } {
  return ('code' in error ? { code: error.code } : {});
}

/** The statement without the values that were bound to it: titles, names, keys. Its message and stack hold them too. */
function describeFailedQuery({ query, message, stack = '', cause }: DrizzleQueryError): Record<string, unknown> {
  const frames = stack.slice(stack.indexOf(message) + message.length).trimStart();
  const described = { name: 'DrizzleQueryError', query, stack: frames };
  if (cause === undefined) return described;
  return { ...described, cause: { name: cause.name, message: withoutValues(cause.message), ...codeOf(cause) } };
}

/**
 * What the Data API says of a failed statement, `ERROR: <message>\n  Detail: <detail>; SQLState: <state>`, without the
 * detail, which quotes rows. Of data exceptions, class 22, the message itself quotes what could not be read.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function withoutValues(message: string): string {
  const [state = ''] = /SQLState: \w{5}$/.exec(message) ?? [];
  if (state.startsWith('SQLState: 22')) return state;
  const [first = ''] = message.split('\n');
  return first.endsWith(state) ? first : `${first}; ${state}`;
}
