/**
 * Ways in which a job fails here, with MediaConvert's codes and messages.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html
 */
const JOB_ERRORS = {
  /** The container cannot be read. */
  unreadableInput: { code: 1010, message: 'Unable to open input file' },
  noVideo: { code: 1020, message: "Your input file doesn't have video that the transcoder can consume" },
  /** The input has no samples for an audio track that an output selects. */
  noAudioFrames: { code: 1021, message: 'No audio frames decoded on' },
  unsupportedCodec: { code: 1030, message: 'Codec is not a supported input codec' },
  /** An audio selector names a track that the input does not have. */
  missingAudio: { code: 1040, message: 'Invalid audio track specified for audio_selector' },
  /** The container can be read, but no picture of it can be decoded. */
  nothingDecoded: { code: 1060, message: 'Decoder closed. No pictures decoded.' },
  audioNotDecoded: { code: 1092, message: "The transcoder couldn't decode an audio stream of your input" },
  inputNotFound: { code: 1404, message: 'Unable to open input file: HeadObject failed' },
  /** The role that was passed may not read the input. */
  inputDenied: { code: 1401, message: 'Unable to open input file' },
  /** The role that was passed may not write the output. */
  outputDenied: { code: 1401, message: 'Unable to write to output file' },
  /** The role that was passed does not trust MediaConvert for the job's queue. */
  roleNotTrusted: { code: 1434, message: 'Unable to assume the role' },
  notWritten: { code: 1517, message: 'Unable to write to output file' },
  timeLimit: { code: 1522, message: 'An internal error has occurred and your job timed out' },
  unknown: { code: 1999, message: 'Unknown error' },
} as const satisfies Record<string, { readonly code: number; readonly message: string }>;

type JobErrorName = keyof typeof JOB_ERRORS;

/** Thrown to end a job in `ERROR` with one of MediaConvert's codes and messages. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError';
  readonly code: number;

  /** @param detail appended to the code's message; in brackets if it continues the sentence */
  constructor(error: JobErrorName, detail?: string, options?: ErrorOptions) {
    const { code, message } = JOB_ERRORS[error];
    const separator = detail?.startsWith('[') ? ' ' : ': ';
    super(detail === undefined ? message : `${message}${separator}${detail}`, options);
    this.code = code;
  }
}
