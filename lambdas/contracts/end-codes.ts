import { mapStepFailures } from './steps.ts';

/** A stable code for how an upload failed to become a video; `docs/errors.md` explains each. */
export interface EndCode {
  /** `rejected`: the file cannot become a video. `failed`: processing failed through no fault of the file. */
  readonly status: 'rejected' | 'failed';
  /** Whether retrying the same upload can help. */
  readonly retryable: boolean;
  /** What happened, and what the user can do. */
  readonly message: string;
}

export const END_CODES = {
  empty_file: {
    status: 'rejected',
    retryable: false,
    message: 'The file is empty. Upload it again and let the upload finish.',
  },
  not_a_video: {
    status: 'rejected',
    retryable: false,
    message:
      'The file is not a video in any supported format. Export it as MP4, MOV, MKV, WebM or MPEG-TS and upload that.',
  },
  playlist_not_media: {
    status: 'rejected',
    retryable: false,
    message: 'The file is a playlist that names other files, not a video. Upload the video itself.',
  },
  incomplete_file: {
    status: 'rejected',
    retryable: false,
    message: 'The file ends before its video does; the recording or the upload was cut off. Upload the complete file.',
  },
  missing_index: {
    status: 'rejected',
    retryable: false,
    message:
      'The MP4 has no index (moov box), usually because a recording was not stopped properly. Repair it or export it again.',
  },
  damaged_file: {
    status: 'rejected',
    retryable: false,
    message: 'The file is damaged and cannot be decoded. Export it again from the original.',
  },
  no_video_track: {
    status: 'rejected',
    retryable: false,
    message: 'The file has no video track, only audio or data. Upload a file with video.',
  },
  unsupported_codec: {
    status: 'rejected',
    retryable: false,
    message: 'The encoder does not support the video’s codec. Export it as H.264 or H.265 in an MP4.',
  },
  unsupported_size: {
    status: 'rejected',
    retryable: false,
    message: 'The video is too small or too large. Both sides must be between 32 and 8,192 pixels.',
  },
  source_missing: {
    status: 'rejected',
    retryable: false,
    message: 'The file was deleted before it could be processed. Upload it again.',
  },
  encoder_error: {
    status: 'failed',
    retryable: true,
    message: 'The encoder stopped with an error. Try again; if it fails again, check the job named here.',
  },
  encoder_canceled: {
    status: 'failed',
    retryable: true,
    message: 'The encoding job was canceled before it completed. Try again.',
  },
  encoder_timeout: {
    status: 'failed',
    retryable: true,
    message:
      'The encoder did not finish in the time allowed for a video of this duration, and the job was canceled. Try again.',
  },
  processing_timeout: {
    status: 'failed',
    retryable: true,
    message: 'The video was encoded, but the final steps did not finish in time. Try again.',
  },
  transcode_failed: {
    status: 'failed',
    retryable: true,
    message: 'The upload could not be submitted to the encoder after several attempts. Try again.',
  },
  ...mapStepFailures(
    ({ failure }): EndCode => ({ status: 'failed', retryable: true, message: `${failure.en.what} ${failure.en.next}` }),
  ),
} as const satisfies Record<string, EndCode>;

export type EndCodeName = keyof typeof END_CODES;
