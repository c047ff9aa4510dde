import { toUploadOutcome } from '../../../web/uploads/upload-outcome.ts';

describe('toUploadOutcome', () => {
  test.each([
    [200, 'sent'],
    [412, 'sent'],
    [0, 'retry'],
    [409, 'retry'],
    [503, 'retry'],
    [429, 'retry'],
    [403, 'retry-with-new-url'],
    [400, 'retry-with-new-url'],
    [404, 'rejected'],
    [411, 'rejected'],
  ])('maps status %i to %s', (status, outcome) => {
    expect(toUploadOutcome(status)).toBe(outcome);
  });
});
