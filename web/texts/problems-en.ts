import { mapStepFailures } from '../../lambdas/contracts/steps.ts';
import type { ProblemCode } from '../../lambdas/contracts/api/problem-codes.ts';
import type { LocalProblemCode } from '../api/api-problem.ts';

/** Explanation of an error: what happened, and what to do next. */
export interface ProblemText {
  readonly what: string;
  readonly next: string;
}

/** Text of each code in `docs/errors.md` and of each code that the pages add. */
export const problemsEn = {
  // Rejected: caused by the file.
  empty_file: { what: 'The file is empty.', next: 'Check that the file is complete and upload it again.' },
  not_a_video: {
    what: 'The file is not a video in a supported format.',
    next: 'Export it as MP4, MOV, MKV, WebM or MPEG-TS and upload it again.',
  },
  playlist_not_media: {
    what: 'The file only refers to media in other files, as a playlist does.',
    next: 'Upload the video file itself.',
  },
  incomplete_file: {
    what: 'The file is incomplete. The recording or a copy was cut off.',
    next: 'Upload the complete file.',
  },
  missing_index: {
    what: 'The file has no index. This happens when a recording is not stopped properly.',
    next: 'Repair the file or export it again, then upload it.',
  },
  damaged_file: {
    what: 'The file is damaged and cannot be decoded.',
    next: 'Export it again from the original and upload it.',
  },
  no_video_track: {
    what: 'The file has no video track, only audio or data.',
    next: 'Upload a file with a video track.',
  },
  unsupported_codec: {
    what: 'The encoder does not support the video codec of this file.',
    next: 'Export it as an MP4 with H.264 or H.265 and upload it again.',
  },
  unsupported_size: {
    what: 'The width or height of the video is too small or too large.',
    next: 'Export it with sides between 32 and 8,192 pixels and upload it again.',
  },
  source_missing: { what: 'The file was deleted before it could be processed.', next: 'Upload it again.' },
  // Failed: caused by the system.
  source_archived: {
    what: 'The file is in an archive, where it cannot be read.',
    next: 'Ask an admin to restore it and try again, or upload it again.',
  },
  price_cap_reached: {
    what: 'Encoding the video would exceed the cost limit, for one video or for a day.',
    next: 'Try again tomorrow, or ask an admin to raise the limit.',
  },
  encoder_error: {
    what: 'The encoder stopped with an error.',
    next: 'Try again later. If it keeps failing, ask an admin to check the encoding job.',
  },
  output_incomplete: {
    what: 'Part of the video was missing after encoding.',
    next: 'Try again later. If it keeps failing, ask an admin to check the encoding job.',
  },
  encoder_denied: {
    what: 'The encoder is not allowed to read the file or to write the video.',
    next: 'Ask an admin to check the permissions of the encoder, then try again.',
  },
  encoder_refused: {
    what: 'The encoder does not accept the settings for this file.',
    next: 'Ask an admin to check the encoding job.',
  },
  encoder_canceled: { what: 'Encoding was canceled before it finished.', next: 'Try again.' },
  encoder_timeout: {
    what: 'Encoding took far longer than expected for a video of this duration and was stopped.',
    next: 'Try again.',
  },
  processing_timeout: { what: 'The final processing steps did not finish in time.', next: 'Try again.' },
  transcode_failed: { what: 'The upload could not be submitted to the encoder.', next: 'Try again in a moment.' },
  ...mapStepFailures(({ failure }) => failure.en),
  // Problems that the API reports.
  invalid_request: { what: 'Some of the values you entered are not valid.', next: 'Check them and try again.' },
  malformed_json: { what: 'The request did not reach the server intact.', next: 'Reload the page and try again.' },
  unauthenticated: { what: 'You are not signed in.', next: 'Sign in and try again.' },
  invalid_token: { what: 'Your session has expired.', next: 'Sign in again.' },
  forbidden: {
    what: 'Your account does not have permission to do this.',
    next: 'Ask an admin of your team for access.',
  },
  direct_request: {
    what: 'This site is not connected to its server correctly.',
    next: 'Try again in a few minutes. If it happens again, contact an admin.',
  },
  not_found: { what: 'This could not be found.', next: 'It may have been deleted. Go back and try again.' },
  video_not_found: { what: 'The video could not be found.', next: 'It may have been deleted or made private.' },
  upload_not_found: { what: 'The upload no longer exists.', next: 'Upload the file again.' },
  method_not_allowed: { what: 'This action is not available here.', next: 'Reload the page and try again.' },
  video_not_ready: { what: 'The video is not ready to play yet.', next: 'Wait until processing has finished.' },
  video_withdrawn: { what: 'The video is withdrawn.', next: 'Publish it to play it.' },
  not_failed: { what: 'Only a failed video can be retried.', next: 'Check its current status.' },
  upload_incomplete: { what: 'Parts of the file are missing.', next: 'Try again. Only the missing parts are sent.' },
  upload_size_wrong: {
    what: 'The size of the upload does not match the file.',
    next: 'The file may have changed during the upload. Remove this upload and upload the file again.',
  },
  upload_completed: { what: 'The upload is already complete.', next: 'If you do not want the video, delete it.' },
  upload_expired: { what: 'The upload was not finished in time.', next: 'Upload the file again.' },
  request_in_progress: { what: 'This request is still being processed.', next: 'Wait a moment and check again.' },
  body_too_large: { what: 'The text is too long.', next: 'Shorten it and try again.' },
  unsupported_media_type: {
    what: 'The request did not reach the server intact.',
    next: 'Reload the page and try again.',
  },
  idempotency_key_reused: {
    what: 'This request was already sent with different content.',
    next: 'Reload the page and try again.',
  },
  system_file: {
    what: 'This is a system file, not a video.',
    next: 'Remove this upload; your videos do not need it.',
  },
  too_many_uploads: {
    what: 'You have too many unfinished uploads.',
    next: 'Wait for some to finish, or cancel those you no longer need.',
  },
  internal_error: { what: 'Something went wrong on our side.', next: 'Try again in a moment.' },
  catalog_resuming: { what: 'The server is still starting up.', next: 'Try again in 30 seconds.' },
  sign_in_unavailable: { what: 'Your sign-in cannot be verified right now.', next: 'Try again in a few seconds.' },
  // Problems that the pages detect themselves.
  too_many_requests: { what: 'Too many requests were sent in a short time.', next: 'Wait a moment and try again.' },
  offline: { what: 'The server could not be reached.', next: 'Check your connection and try again.' },
  unexpected_answer: { what: 'The server sent an unexpected response.', next: 'Try again in a moment.' },
  unreadable_file: {
    what: 'The file can no longer be read.',
    next: 'It may have been moved or changed. Remove this upload and choose the file again.',
  },
  not_playing: { what: 'The video could not be loaded.', next: 'Check your connection and try again.' },
  storage_refused: {
    what: 'The storage rejected the file.',
    next: 'Try again. If it is rejected again, contact an admin.',
  },
  storage_blocked: {
    what: 'You cannot sign in because your browser does not store data for this site.',
    next: 'Allow cookies and site data for this site, or free some space, and try again.',
  },
} satisfies Record<ProblemCode | LocalProblemCode, ProblemText> & Record<string, ProblemText>;

export type KnownCode = keyof typeof problemsEn;
