import { isInputFault } from '../../../lambdas/contracts/job-errors.ts';

test.each([
  [{ errorCode: 1010, errorMessage: 'Unable to open input file [s3://b/k]: [Failed probe/open: [No parser found for container]]' }, true],
  [{ errorCode: 1010, errorMessage: 'Unable to open input file [s3://b/k]: [Failed probe/open: [Failed to read data: AssumeRole failed]]' }, false],
  [{ errorCode: 1404, errorMessage: 'Unable to open input file [s3://b/k]: [Failed probe/open: [Failed to read data: HeadObject failed]]' }, false],
  [{ errorCode: 1432, errorMessage: 'Unable to open input file: Invalid role provided' }, false],
  [{ errorCode: 1434, errorMessage: 'Unable to open input file [s3://b/k]: [x]' }, false],
  [{ errorCode: 1076, errorMessage: 'x' }, true],
  [{ errorCode: 1234, errorMessage: 'Demuxer: corrupt packet' }, true],
  [{ errorCode: 1404, errorMessage: 'Input file not found' }, false],
  [{ errorCode: 1999, errorMessage: 'Unknown error' }, false],
  [{}, false],
])('attributes the job error %j to the file: %s', (error, isFault) => {
  expect(isInputFault(error)).toBe(isFault);
});
