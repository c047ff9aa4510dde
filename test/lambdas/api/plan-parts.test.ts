import { uploadKey } from '../../../lambdas/api/upload-key.ts';
import { partCountOf, partSizeOf, sizeOfPart } from '../../../lambdas/api/plan-parts.ts';
import { MAX_PART_BYTES, MAX_PARTS, MAX_UPLOAD_BYTES } from '../../../lambdas/contracts/api/upload.ts';

const MIB = 1024 ** 2;

test.each([64 * MIB + 1, 140_625 * MIB, 144_000 * MIB + 1, 5 * 1024 ** 4, MAX_UPLOAD_BYTES - 1, MAX_UPLOAD_BYTES])(
  'a file of %d bytes goes in parts that S3 takes, and all of it',
  (sizeBytes) => {
    const plan = { sizeBytes, partSizeBytes: partSizeOf(sizeBytes)! };
    const count = partCountOf(plan);
    expect(plan.partSizeBytes).toBeGreaterThanOrEqual(16 * MIB);
    expect(plan.partSizeBytes).toBeLessThanOrEqual(MAX_PART_BYTES);
    expect(plan.partSizeBytes % MIB).toBe(0);
    expect(count).toBeLessThanOrEqual(MAX_PARTS);
    const last = sizeOfPart(plan, count);
    expect(last).toBeGreaterThan(0);
    expect((count - 1) * plan.partSizeBytes + last).toBe(sizeBytes);
  },
);

test.each([
  ['강의 1부.mp4', '강의 1부.mp4'],
  ['강의.mp4'.normalize('NFD'), '강의.mp4'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\films\\a+b & c?.mov', 'C--films-a-b - c-.mov'],
  ['...', 'file'],
  ['a/', 'file'],
  ['\u202Egnp.4pm\u0000', '-gnp.4pm-'],
  ['\uD800.mp4', '\uFFFD.mp4'],
  ['🎬'.repeat(200), '🎬'.repeat(175)],
])('the file %j is kept under a name that is safe and known again', (fileName, expected) => {
  expect(uploadKey('id', fileName)).toBe(`uploads/id/${expected}`);
});
