import type { Readable } from 'node:stream';
import * as z from 'zod';

/** One call of a function. */
export interface Invocation {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: Buffer;
  /** JSON text for the function's context. */
  readonly clientContext?: string | undefined;
  /** Receives the response as a stream, instead of `Outcome.payload`. */
  readonly onResponse?: (response: StreamedResponse) => void;
}

export type InvokeOptions = Pick<Invocation, 'clientContext' | 'onResponse'> & { readonly requestId?: string };

export interface StreamedResponse {
  readonly contentType: string;
  /** Whether the handler streams; otherwise the body is its JSON response. */
  readonly streamed: boolean;
  /** Body, which fails if the function fails. */
  readonly body: Readable;
}

/** Result of an invocation. */
export interface Outcome {
  /** Response, or error as JSON; empty if `onResponse` received it. */
  readonly payload: Buffer;
  readonly error?: FunctionError;
  readonly durationMs: number;
  /** Initialization time, present if a process was started for the invocation. */
  readonly initMs?: number;
  /** Last 4 KiB of the invocation's output. */
  readonly logTail: string;
}

export interface FunctionError {
  /** `Sandbox.Timedout`, `Runtime.ExitError`, or the name of the handler's error. */
  readonly type: string;
  readonly message: string;
}

const reportedErrorSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

/** Reads the error that a runtime reported about its handler. */
export function readReportedError(payload: Buffer): FunctionError {
  try {
    const { errorType, errorMessage } = reportedErrorSchema.parse(JSON.parse(payload.toString()));
    return { type: errorType, message: errorMessage };
  } catch {
    return { type: 'Runtime.Unknown', message: payload.toString() };
  }
}

/** Returns AWS's response for a function that failed without an error of its own. */
export function makeErrorPayload({ type, message }: FunctionError): Buffer {
  return Buffer.from(JSON.stringify({ errorType: type, errorMessage: message }));
}

/** Limit of a synchronous request and response. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_SYNCHRONOUS_BYTES = 6 * 1024 * 1024;
/** Limit of an asynchronous event. */
export const MAX_ASYNCHRONOUS_BYTES = 1024 * 1024;
