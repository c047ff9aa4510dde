/**
 * Every way in which the API refuses: its HTTP status, a title for people and what they can do. Codes are stable, as
 * those of `lambdas/contracts/end-codes.ts` are; `docs/errors.md` lists both.
 */
export interface ProblemCodeFacts {
  readonly status: number;
  readonly title: string;
  /** Said unless the occasion has something more precise. */
  readonly detail: string;
}

export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    detail: 'Parts of the request are missing or wrong; `errors` names each.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is no JSON',
    detail: 'The body of the request could not be read as JSON.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign in first',
    detail: 'The request needs an access token: Authorization: Bearer <token>.',
  },
  invalid_token: {
    status: 401,
    title: 'The sign-in has ended',
    detail: 'The access token is not valid or not valid any more. Sign in again.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    detail: 'You are signed in, but your role does not allow this.',
  },
  not_found: {
    status: 404,
    title: 'Nothing is here',
    detail: 'The API has no such path.',
  },
  video_not_found: {
    status: 404,
    title: 'Video not found',
    detail: 'There is no such video, or it is not shared with you.',
  },
  upload_not_found: {
    status: 404,
    title: 'Upload not found',
    detail: 'There is no such upload of yours.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'The path is known, but not with this method; `Allow` names those it knows.',
  },
  video_not_ready: {
    status: 409,
    title: 'Not ready yet',
    detail: 'The video has nothing to play yet. Wait until it is ready.',
  },
  not_failed: {
    status: 409,
    title: 'Nothing to try again',
    detail: 'Only a video whose processing failed can be tried again.',
  },
  upload_incomplete: {
    status: 409,
    title: 'The upload is not complete',
    detail: 'The bucket does not hold all of the file yet. Send what is missing, then complete the upload.',
  },
  upload_size_wrong: {
    status: 409,
    title: 'The file has another size',
    detail: 'What was sent is not as long as was announced. Upload the file anew.',
  },
  upload_completed: {
    status: 409,
    title: 'The upload is complete already',
    detail: 'All of the file has come; delete the video instead.',
  },
  upload_expired: {
    status: 409,
    title: 'The upload has expired',
    detail: 'It was not finished in time, and what was sent is gone. Upload the file anew.',
  },
  request_in_progress: {
    status: 409,
    title: 'Still at it',
    detail: 'A request with this idempotency key is being carried out. Ask again in a moment.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    detail: 'The body of the request is longer than 64 KiB. Files go to the bucket, not through the API.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is of another type',
    detail: 'Send JSON, and say so: Content-Type: application/json.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The idempotency key is taken',
    detail: 'The key was used for another request in the last 24 hours. Take a new one for each thing you make.',
  },
  too_many_uploads: {
    status: 429,
    title: 'Too many unfinished uploads',
    detail: 'Finish or cancel some of your uploads before you begin another.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong',
    detail: 'It is our fault, and it is logged. Try again; if it stays, tell the operator the request id.',
  },
  catalog_resuming: {
    status: 503,
    title: 'The catalog is waking up',
    detail: 'It sleeps when nobody asks it anything. Try again in a few seconds.',
  },
  sign_in_unavailable: {
    status: 503,
    title: 'Sign-in cannot be checked',
    detail: 'The keys of the sign-in service cannot be read at the moment. Try again in a few seconds.',
  },
} as const satisfies Record<string, ProblemCodeFacts>;

export type ProblemCode = keyof typeof PROBLEMS;
