import { z } from 'zod';
import type { FunctionError } from './invocation.ts';

const descriptionSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

/** Reads the error that a runtime reported about its handler. */
export function readReportedError(payload: Buffer): FunctionError {
  try {
    const { errorType, errorMessage } = descriptionSchema.parse(JSON.parse(payload.toString()));
    return { type: errorType, message: errorMessage };
  } catch {
    return { type: 'Runtime.Unknown', message: payload.toString() };
  }
}
