import { partCountOf, partSizeOf, sizeOfPart } from '../../../lambdas/api/plan-parts.ts';
import { MAX_PART_BYTES, MAX_PARTS, MAX_UPLOAD_BYTES } from '../../../lambdas/contracts/api/upload.ts';

const MIB = 1024 ** 2;

test.each([64 * MIB + 1, 140_625 * MIB, 144_000 * MIB + 1, 5 * 1024 ** 4, MAX_UPLOAD_BYTES - 1, MAX_UPLOAD_BYTES])(
  'plans parts for %d bytes that S3 accepts and that cover the file',
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
