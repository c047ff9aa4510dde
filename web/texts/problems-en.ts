import type { ProblemCode } from '../../lambdas/contracts/api/problem-codes.ts';
import type { LocalCode } from '../api/problem.ts';

/** An error in words: what is the matter, and what to do next. */
export interface ProblemText {
  readonly what: string;
  readonly next: string;
}

/** Each code of `docs/errors.md`, and those of these pages themselves. */
export const problemsEn = {
  // The file's fault.
  empty_file: { what: 'The file is empty.', next: 'Check the file and upload it again; let the upload finish.' },
  not_a_video: {
    what: 'The file is not a video in any format that we read.',
    next: 'Export it as MP4, MOV, MKV, WebM or MPEG-TS and upload that.',
  },
  playlist_not_media: {
    what: 'The file is a playlist that names other files, not a video.',
    next: 'Upload the video itself.',
  },
  incomplete_file: {
    what: 'The file ends before its video does; the recording or a copy was cut off.',
    next: 'Upload the complete file.',
  },
  missing_index: {
    what: 'The file has no index, as when a recording was not stopped properly.',
    next: 'Repair the file, or export it again, and upload the result.',
  },
  damaged_file: { what: 'The file is damaged and cannot be decoded.', next: 'Export it again from the original.' },
  no_video_track: { what: 'The file has no picture, only sound or data.', next: 'Upload a file with a video track.' },
  unsupported_codec: {
    what: 'The video is coded in a way that the encoder does not read.',
    next: 'Export it as H.264 or H.265 in an MP4 and upload that.',
  },
  unsupported_size: {
    what: 'The picture is too small or too large.',
    next: 'Export it with sides between 32 and 8,192 pixels.',
  },
  source_missing: { what: 'The file was deleted before it could be processed.', next: 'Upload it again.' },
  // Ours.
  encoder_error: {
    what: 'The encoder stopped with an error.',
    next: 'Try again. If it fails again, an admin can read why in the encoder’s job.',
  },
  encoder_canceled: { what: 'The encoding was canceled before it was finished.', next: 'Try again.' },
  encoder_timeout: {
    what: 'The encoder took far longer than a video of this length should need, and was stopped.',
    next: 'Try again.',
  },
  processing_timeout: { what: 'The last steps did not come to an end in time.', next: 'Try again.' },
  transcode_failed: { what: 'The upload could not be handed to the encoder.', next: 'Try again in a moment.' },
  permissions_failed: { what: 'The encoded video could not be published.', next: 'Try again in a moment.' },
  thumbnails_failed: { what: 'The poster and preview pictures could not be made.', next: 'Try again in a moment.' },
  metadata_failed: { what: 'What the encoder made could not be recorded.', next: 'Try again in a moment.' },
  // Answers of the API.
  invalid_request: { what: 'Something in what was entered is not allowed.', next: 'Check it and try again.' },
  malformed_json: { what: 'The request did not arrive as it was sent.', next: 'Reload the page and try again.' },
  unauthenticated: { what: 'You are not signed in.', next: 'Sign in and try again.' },
  invalid_token: { what: 'You are not signed in any more.', next: 'Sign in again.' },
  forbidden: { what: 'Your account may not do this.', next: 'Ask an admin of your team for the right to.' },
  not_found: { what: 'This is not here.', next: 'It may be gone. Go back and look again.' },
  video_not_found: { what: 'The video is not here.', next: 'It may have been deleted, or made private.' },
  upload_not_found: { what: 'The upload is no longer there.', next: 'Upload the file anew.' },
  method_not_allowed: { what: 'This cannot be done here.', next: 'Reload the page and try again.' },
  video_not_ready: { what: 'The video cannot be played yet.', next: 'Wait until it is processed.' },
  not_failed: { what: 'Only a video that failed can be tried again.', next: 'Look at how it stands now.' },
  upload_incomplete: { what: 'Parts of the file have not arrived.', next: 'Try again; only what is missing is sent.' },
  upload_size_wrong: {
    what: 'What arrived is not as long as the file was.',
    next: 'The file may have changed meanwhile. Remove this upload and upload the file anew.',
  },
  upload_completed: { what: 'The upload was complete already.', next: 'If you do not want the video, delete it.' },
  upload_expired: { what: 'The upload was not finished in time.', next: 'Upload the file anew.' },
  request_in_progress: { what: 'This is still being worked on.', next: 'Wait a moment and look again.' },
  body_too_large: { what: 'That is more text than fits.', next: 'Shorten it and try again.' },
  unsupported_media_type: {
    what: 'The request did not arrive as it was sent.',
    next: 'Reload the page and try again.',
  },
  idempotency_key_reused: {
    what: 'This was already asked for in another way.',
    next: 'Reload the page and try again.',
  },
  too_many_uploads: {
    what: 'You have too many unfinished uploads.',
    next: 'Let some finish, or cancel those that you no longer want.',
  },
  internal_error: { what: 'Something went wrong on our side.', next: 'Try again in a moment.' },
  catalog_resuming: { what: 'The catalog is still waking up.', next: 'Try again in half a minute.' },
  sign_in_unavailable: { what: 'Your sign-in cannot be checked at the moment.', next: 'Try again in a few seconds.' },
  // Of these pages.
  too_many_requests: { what: 'Too much was asked for in a short time.', next: 'Wait a moment and try again.' },
  offline: { what: 'The server could not be reached.', next: 'Check your connection and try again.' },
  unexpected_answer: { what: 'The server answered in a way that nobody expected.', next: 'Try again in a moment.' },
  unreadable_file: {
    what: 'The file can no longer be read.',
    next: 'It may have been moved or changed. Remove this upload and choose the file anew.',
  },
  not_playing: { what: 'The video could not be loaded.', next: 'Check your connection and try again.' },
  storage_refused: {
    what: 'The storage did not take the file.',
    next: 'Try again. If it is refused again, tell an admin.',
  },
} satisfies Record<ProblemCode | LocalCode, ProblemText> & Record<string, ProblemText>;

export type KnownCode = keyof typeof problemsEn;
