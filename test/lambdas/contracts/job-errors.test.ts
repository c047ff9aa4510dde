import { endCodeOfJobError } from '../../../lambdas/contracts/job-errors.ts';

const OPENING = 'Unable to open input file [s3://b/k]: [Failed probe/open: ';

test.each([
  [{ errorCode: 1010, errorMessage: `${OPENING}[No parser found for container]]` }, 'damaged_file'],
  [{ errorCode: 1010, errorMessage: `${OPENING}[Failed to read data: AssumeRole failed]]` }, 'encoder_denied'],
  [{ errorCode: 1020, errorMessage: 'No video found in program [1]' }, 'no_video_track'],
  [{ errorCode: 1020, errorMessage: 'Video sync did not read enough good frames to process' }, 'damaged_file'],
  [{ errorCode: 1030, errorMessage: 'Video codec [svq1] is not a supported input video codec' }, 'unsupported_codec'],
  [{ errorCode: 1040, errorMessage: 'Frame rate is set to follow, but there is none' }, 'encoder_refused'],
  [{ errorCode: 1056, errorMessage: 'file contains unsupported pixel format.' }, 'damaged_file'],
  [{ errorCode: 1060, errorMessage: 'Decoder closed. No pictures decoded.' }, 'damaged_file'],
  [{ errorCode: 1075, errorMessage: 'Demuxer: [elst box outside of track]' }, 'damaged_file'],
  [{ errorCode: 1076, errorMessage: 'Demuxer: [end of file hit at length [1]. Is file truncated?]' }, 'incomplete_file'],
  [{ errorCode: 1076, errorMessage: 'Demuxer: [Failed to read data: Error caching file]' }, 'encoder_error'],
  [{ errorCode: 1092, errorMessage: 'Decoder: [Dolby decoder error]' }, 'damaged_file'],
  [{ errorCode: 1401, errorMessage: 'Demuxer: x' }, 'encoder_denied'],
  [{ errorCode: 1401, errorMessage: 'The role you provided is not authorized to perform kms:Decrypt' }, 'encoder_denied'],
  [{ errorCode: 1404, errorMessage: `${OPENING}[Failed to read data: HeadObject failed]]` }, 'encoder_error'],
  [{ errorCode: 1432, errorMessage: 'Unable to open input file: Invalid role provided' }, 'encoder_denied'],
  [{ errorCode: 1433, errorMessage: 'Unable to assume role' }, 'encoder_denied'],
  [{ errorCode: 1434, errorMessage: 'Unable to open input file [s3://b/k]: [x]' }, 'encoder_denied'],
  [{ errorCode: 1515 }, 'encoder_denied'],
  [{ errorCode: 1517, errorMessage: 'Unable to write to output file: Slow Down' }, 'encoder_error'],
  [{ errorCode: 1517, errorMessage: 'Unable to write to output file: Access Denied' }, 'encoder_denied'],
  [{ errorCode: 1522 }, 'encoder_error'],
  [{ errorCode: 1999, errorMessage: 'Unknown error' }, 'encoder_error'],
  [{ errorCode: 1234, errorMessage: 'Demuxer: corrupt packet' }, 'damaged_file'],
  [{ errorCode: 1234, errorMessage: 'Out of paper' }, 'encoder_error'],
  [{ errorCode: 3457 }, 'encoder_denied'],
  [{ errorMessage: 'Decoding error' }, 'damaged_file'],
  [{}, 'encoder_error'],
])('a job that ends with %j gives the end code %s', (error, code) => {
  expect(endCodeOfJobError(error)).toBe(code);
});
