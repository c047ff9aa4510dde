import type { EndCodeName } from './end-codes.ts';

/** How a job ended with `ERROR`, as its event reports it. */
export interface JobError {
  readonly errorCode?: number | undefined;
  readonly errorMessage?: string | undefined;
}

/**
 * End codes by the code of a job's error, for every code that one of our jobs can end with: they read one object of S3,
 * clip nothing, and use neither acceleration, encryption nor watermarks.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html
 */
const END_CODES_BY_ERROR: Readonly<Record<number, EndCodeName>> = {
  /** File access error. */
  1010: 'damaged_file',
  /** Missing video error. */
  1020: 'no_video_track',
  /** Missing audio error: of a track that the probe had found, nothing could be decoded. */
  1021: 'damaged_file',
  /** Unsupported codec error. */
  1030: 'unsupported_codec',
  /** Job settings compatibility error. */
  1040: 'encoder_refused',
  /** File open error. */
  1056: 'damaged_file',
  /** Timecode clipping error; without clipping it reports that no picture could be decoded. */
  1060: 'damaged_file',
  /** Demux structure error. */
  1075: 'damaged_file',
  /** File truncation error. */
  1076: 'incomplete_file',
  /** Audio decode error. */
  1092: 'damaged_file',
  /** S3 access denied error. */
  1401: 'encoder_denied',
  /** File not found error. If the source is really gone, the next attempt says so. */
  1404: 'encoder_error',
  /** IAM role permission, missing, trust policy and format errors. */
  1432: 'encoder_denied',
  1433: 'encoder_denied',
  1434: 'encoder_denied',
  1515: 'encoder_denied',
  /** S3 write error. */
  1517: 'encoder_error',
  /** Processing timeout error. */
  1522: 'encoder_error',
  /** Unexpected system error. */
  1999: 'encoder_error',
  /** Input policy restriction error: a policy of the account disallows inputs from S3. */
  3457: 'encoder_denied',
};

/** Words of messages about a file that could not be fetched: the role or the bucket is at fault, not the file. */
const DENIED = /assumerole|access denied|forbidden|invalid role|not authorized/i;
const NOT_FETCHED = /failed to read data|headobject|getobject|error caching file/i;

/** Words of messages about unreadable files, for codes that are not listed above. */
const UNREADABLE =
  /unable to open input|decod(?:er|ing) error|demux|corrupt|unsupported (?:codec|container|format)|invalid input file/i;

/** Words of a message about video that is there, but cannot be decoded. */
const NOTHING_DECODED = /enough good frames/i;

/**
 * Returns the end code for a job's error. The message of an error may blame another side than its code does: an input
 * that cannot be opened may be damaged, or the job's role may not read it.
 */
export function endCodeOfJobError({ errorCode, errorMessage = '' }: JobError): EndCodeName {
  if (DENIED.test(errorMessage)) return 'encoder_denied';
  if (NOT_FETCHED.test(errorMessage)) return 'encoder_error';
  const code = errorCode === undefined ? undefined : END_CODES_BY_ERROR[errorCode];
  if (code === 'no_video_track' && NOTHING_DECODED.test(errorMessage)) return 'damaged_file';
  return code ?? (UNREADABLE.test(errorMessage) ? 'damaged_file' : 'encoder_error');
}
