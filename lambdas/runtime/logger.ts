import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs of one function; never a signature, a token or a key. */
export const createLogger = (step: string): Logger => new Logger({ serviceName: 'sluice', persistentKeys: { step } });

/** What of an error a log may hold. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return { name, message, stack, ...(code === undefined ? {} : { code }), ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}
