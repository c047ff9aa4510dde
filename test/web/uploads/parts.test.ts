import { listMissingParts, countStoredBytes } from '../../../web/uploads/parts.ts';

describe('parts of a file', () => {
  const file = { sizeBytes: 2500, partSizeBytes: 1000, partCount: 3, storedParts: [] };

  test('cover the file without gaps, with a shorter last part', () => {
    const parts = listMissingParts(file);
    expect(parts.map(({ partNumber }) => partNumber)).toEqual([1, 2, 3]);
    expect(parts.map(({ beginBytes, endBytes }) => [beginBytes, endBytes])).toEqual([
      [0, 1000],
      [1000, 2000],
      [2000, 2500],
    ]);
  });

  test('in the bucket are not sent again', () => {
    const interrupted = { ...file, storedParts: [3, 1] };
    expect(listMissingParts(interrupted).map(({ partNumber }) => partNumber)).toEqual([2]);
    expect(countStoredBytes(interrupted)).toBe(1500);
    expect(listMissingParts({ ...file, storedParts: [1, 2, 3] })).toEqual([]);
  });
});
