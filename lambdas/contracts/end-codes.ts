import { mapStepFailures } from './steps.ts';

/** A stable code for how an upload failed to become a video; `docs/errors.md` explains each. */
export interface EndCode {
  /** `rejected`: the file cannot become a video. `failed`: processing failed through no fault of the file. */
  readonly status: 'rejected' | 'failed';
  /**
   * Who retries: `automatic`, the chain itself, up to three attempts in all; `manual`, a user, after the cause was removed;
   * `none`, since the same upload would end in the same way.
   */
  readonly retry: 'automatic' | 'manual' | 'none';
  /** Says what happened, and what the user can do. */
  readonly message: string;
}

export const END_CODES = {
  empty_file: {
    status: 'rejected',
    retry: 'none',
    message: 'The file is empty. Upload it again and let the upload finish.',
  },
  not_a_video: {
    status: 'rejected',
    retry: 'none',
    message:
      'The file is not a video in any supported format. Export it as MP4, MOV, MKV, WebM or MPEG-TS and upload that.',
  },
  playlist_not_media: {
    status: 'rejected',
    retry: 'none',
    message: 'The file names media in other files, as a playlist does, and contains no video of its own. Upload the video itself.',
  },
  incomplete_file: {
    status: 'rejected',
    retry: 'none',
    message: 'The file ends before its video does; the recording or the upload was cut off. Upload the complete file.',
  },
  missing_index: {
    status: 'rejected',
    retry: 'none',
    message:
      'The MP4 has no index (moov box), usually because a recording was not stopped properly. Repair it or export it again.',
  },
  damaged_file: {
    status: 'rejected',
    retry: 'none',
    message: 'The file is damaged and cannot be decoded. Export it again from the original.',
  },
  no_video_track: {
    status: 'rejected',
    retry: 'none',
    message: 'The file has no video track, only audio or data. Upload a file with video.',
  },
  unsupported_codec: {
    status: 'rejected',
    retry: 'none',
    message: 'The encoder does not support the video’s codec. Export it as H.264 or H.265 in an MP4.',
  },
  unsupported_size: {
    status: 'rejected',
    retry: 'none',
    message: 'The video is too small or too large. Both sides must be between 32 and 8,192 pixels.',
  },
  source_missing: {
    status: 'rejected',
    retry: 'none',
    message: 'The file was deleted before it could be processed. Upload it again.',
  },
  source_archived: {
    status: 'failed',
    retry: 'manual',
    message:
      'The file is in an archive storage class, which the encoder cannot read. Restore the object, then try again, or upload it in another class.',
  },
  price_cap_reached: {
    status: 'failed',
    retry: 'manual',
    message:
      'Encoding the video would cost more than this deployment allows for a video or for a day. Try again tomorrow, or after an administrator has raised the limit.',
  },
  encoder_error: {
    status: 'failed',
    retry: 'automatic',
    message: 'The encoder stopped with an error at every attempt. Try again later, and check the job named here.',
  },
  output_incomplete: {
    status: 'failed',
    retry: 'automatic',
    message:
      'At every attempt, the encoder reported success, but a part of the video was missing. Try again later, and check the job.',
  },
  encoder_denied: {
    status: 'failed',
    retry: 'manual',
    message: 'The encoder may not read the upload or write its output. Check the permissions of its role, then try again.',
  },
  encoder_refused: {
    status: 'failed',
    retry: 'manual',
    message: 'The encoder does not accept the settings of the job for this file. Check the job named here.',
  },
  encoder_canceled: {
    status: 'failed',
    retry: 'manual',
    message: 'The encoding job was canceled before it completed. Try again.',
  },
  encoder_timeout: {
    status: 'failed',
    retry: 'manual',
    message:
      'The encoder did not finish in the time allowed for a video of this duration, and the job was canceled. Try again.',
  },
  processing_timeout: {
    status: 'failed',
    retry: 'manual',
    message: 'The video was encoded, but the final steps did not finish in time. Try again.',
  },
  transcode_failed: {
    status: 'failed',
    retry: 'manual',
    message: 'The upload could not be submitted to the encoder after several attempts. Try again.',
  },
  ...mapStepFailures(
    ({ failure }): EndCode => ({ status: 'failed', retry: 'manual', message: `${failure.en.what} ${failure.en.next}` }),
  ),
} as const satisfies Record<string, EndCode>;

export type EndCodeName = keyof typeof END_CODES;
