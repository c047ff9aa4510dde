import { toUploadOutcome } from '../../../web/uploads/upload-outcome.ts';

describe('toUploadOutcome', () => {
  test.each([
    [200, 'sent'],
    [0, 'retry'],
    [503, 'retry'],
    [429, 'retry'],
    [403, 'retry-with-new-url'],
    [400, 'rejected'],
    [404, 'rejected'],
  ])('maps status %i to %s', (status, outcome) => {
    expect(toUploadOutcome(status)).toBe(outcome);
  });
});
