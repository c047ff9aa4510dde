/**
 * Reasons for a job's `ERROR` that the chain distinguishes: faults of the file and of the encoder.
 *
 * MediaConvert's codes are listed in https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html;
 * its messages are prose, so a known code takes precedence over the message.
 */
export const JOB_ERRORS = {
  /** The encoder cannot read the container. AWS also uses this code if the job's role may not read the file. */
  unreadableInput: { code: 1010, message: 'Unable to open input file' },
  /** The encoder cannot decode the codec. */
  unsupportedCodec: { code: 1030, message: 'Video codec is not supported' },
  /** The container is readable, but nothing in it can be decoded. */
  decoderError: { code: 1076, message: 'Decoder error: no video frame of the input could be decoded' },
  noVideo: { code: 1020, message: 'The input has no video that the outputs require' },
  missingAudio: { code: 1021, message: 'The input has no audio track that the audio selector names' },
  inputNotFound: { code: 1404, message: 'Input file not found' },
  outputRefused: { code: 1433, message: 'Unable to write to the output bucket' },
  timeLimit: { code: 1517, message: 'The job exceeded its time limit' },
  unknown: { code: 1999, message: 'Unknown error' },
} as const satisfies Record<string, { readonly code: number; readonly message: string }>;

export type JobErrorName = keyof typeof JOB_ERRORS;

const FILE_FAULTS: ReadonlySet<number> = new Set(
  [JOB_ERRORS.unreadableInput, JOB_ERRORS.unsupportedCodec, JOB_ERRORS.decoderError, JOB_ERRORS.noVideo].map(
    ({ code }) => code,
  ),
);

/** Words in MediaConvert's messages about unreadable inputs, for codes that are not listed above. */
const FILE_FAULT_WORDS =
  /unable to open input|decod(?:er|ing) error|demux|corrupt|unsupported (?:codec|container|format)|invalid input file/i;

/** Words in messages about a file that could not be fetched: a role or a bucket is at fault, not the file. */
const FETCH_FAULT_WORDS = /failed to read data|assumerole|access denied|forbidden|headobject|getobject|invalid role/i;

const KNOWN_CODES: ReadonlySet<number> = new Set(Object.values(JOB_ERRORS).map(({ code }) => code));

/** Covers reading from S3, writing to S3, and the service itself. */
function isServiceCode(code: number): boolean {
  return (code >= 1400 && code < 1500) || code === 1999 || code >= 3000;
}

/** Returns whether a job failed because of the file, so that encoding it again cannot help. */
export function isInputFault({ errorCode, errorMessage = '' }: { errorCode?: number; errorMessage?: string }): boolean {
  if (FETCH_FAULT_WORDS.test(errorMessage)) return false;
  if (errorCode === undefined) return FILE_FAULT_WORDS.test(errorMessage);
  if (KNOWN_CODES.has(errorCode) || isServiceCode(errorCode)) return FILE_FAULTS.has(errorCode);
  return FILE_FAULT_WORDS.test(errorMessage);
}
