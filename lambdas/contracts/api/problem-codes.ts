/**
 * Problems of the API: HTTP status, title and advice. Codes are as stable as those of `lambdas/contracts/end-codes.ts`;
 * `docs/errors.md` lists both.
 */
export interface ProblemCodeFacts {
  readonly status: number;
  readonly title: string;
  /** Text of the problem, unless the response has a more specific one. */
  readonly detail: string;
}

export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: 'Invalid request',
    detail: 'Parts of the request are missing or invalid; `errors` lists them.',
  },
  malformed_json: {
    status: 400,
    title: 'Malformed JSON',
    detail: 'The body is not valid JSON in UTF-8.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign-in required',
    detail: 'The request needs an access token: Authorization: Bearer <token>.',
  },
  invalid_token: {
    status: 401,
    title: 'Invalid access token',
    detail: 'The access token is invalid or has expired. Sign in again.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    detail: 'You are signed in, but you do not have permission to do this.',
  },
  direct_request: {
    status: 403,
    title: 'Wrong address',
    detail: 'The API responds only at the address of the pages, below /api.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    detail: 'The API has no such path.',
  },
  video_not_found: {
    status: 404,
    title: 'Video not found',
    detail: 'The video does not exist or is not shared with you.',
  },
  upload_not_found: {
    status: 404,
    title: 'Upload not found',
    detail: 'The upload does not exist or belongs to another user.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'The path does not support this method; `Allow` lists those that it supports.',
  },
  video_not_ready: {
    status: 409,
    title: 'Not ready yet',
    detail: 'The video cannot be played yet. Wait until it is ready.',
  },
  video_withdrawn: {
    status: 409,
    title: 'Withdrawn',
    detail: 'The video is withdrawn: nobody can play it. Publish it first.',
  },
  not_failed: {
    status: 409,
    title: 'Nothing to retry',
    detail: 'Only a video whose processing failed can be retried.',
  },
  upload_incomplete: {
    status: 409,
    title: 'The upload is incomplete',
    detail: 'The bucket does not hold the whole file yet. Send the missing bytes, then complete the upload.',
  },
  upload_size_wrong: {
    status: 409,
    title: 'The file has the wrong size',
    detail: 'The size of the sent file differs from the declared size. Upload the file again.',
  },
  upload_completed: {
    status: 409,
    title: 'The upload is already complete',
    detail: 'The whole file has arrived. To remove it, delete the video.',
  },
  upload_expired: {
    status: 409,
    title: 'The upload has expired',
    detail: 'The upload was not completed in time, and its bytes were removed. Upload the file again.',
  },
  request_in_progress: {
    status: 409,
    title: 'Request in progress',
    detail: 'Another request with this idempotency key is in progress. Retry in a moment.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    detail: 'The body exceeds 64 KiB. Send files to the bucket, not to the API.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported content type',
    detail: 'Send JSON, with the header Content-Type: application/json.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The idempotency key was used before',
    detail: 'Another request used this key in the last 24 hours. Use a new key for each new object.',
  },
  system_file: {
    status: 422,
    title: 'Not a video',
    detail: 'A file with this name belongs to the operating system or marks a folder. Upload only your videos.',
  },
  too_many_uploads: {
    status: 429,
    title: 'Too many unfinished uploads',
    detail: 'Finish or cancel some of your uploads before you start another.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail:
      'Something went wrong on our side, and it was logged. Retry; if it persists, give the operator the request id.',
  },
  catalog_resuming: {
    status: 503,
    title: 'The catalog is resuming',
    detail: 'The database is resuming from pause. Retry in a few seconds.',
  },
  sign_in_unavailable: {
    status: 503,
    title: 'Sign-in cannot be verified',
    detail: 'The keys of the sign-in service are unavailable at the moment. Retry in a few seconds.',
  },
} as const satisfies Record<string, ProblemCodeFacts>;

export type ProblemCode = keyof typeof PROBLEMS;
