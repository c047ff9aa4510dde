import type { Readable } from 'node:stream';

/** One call of a function. */
export interface Invocation {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: Buffer;
  /** JSON text that the caller hands to the function's context. */
  readonly clientContext?: string | undefined;
  /** Takes the response as it comes, instead of `Outcome.payload`. */
  readonly onResponse?: (response: StreamedResponse) => void;
}

export interface StreamedResponse {
  readonly contentType: string;
  /** Whether the handler streams; a buffered one answers JSON. */
  readonly streamed: boolean;
  /** Fails if the function breaks off. */
  readonly body: Readable;
}

/** How an invocation ended. */
export interface Outcome {
  /** The response, or the error as JSON; empty if it went to `onResponse`. */
  readonly payload: Buffer;
  readonly error?: FunctionError;
  readonly durationMs: number;
  /** Present where a process had to be started first. */
  readonly initMs?: number;
  /** The last 4 KiB that the invocation logged. */
  readonly logTail: string;
}

/** `Sandbox.Timedout`, `Runtime.ExitError`, or the name of what the handler threw. */
export interface FunctionError {
  readonly type: string;
  readonly message: string;
}

/** What AWS answers for a function that failed without saying why itself. */
export function errorPayload({ type, message }: FunctionError): Buffer {
  return Buffer.from(JSON.stringify({ errorType: type, errorMessage: message }));
}

/** Synchronous request and response. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_SYNCHRONOUS_BYTES = 6 * 1024 * 1024;
export const MAX_ASYNCHRONOUS_BYTES = 1024 * 1024;
