import { uploadOutcome } from '../../../web/uploads/upload-outcome.ts';
import { missingParts, storedBytes } from '../../../web/uploads/parts.ts';
import { Semaphore } from '../../../web/uploads/semaphore.ts';
import { RateMeter, secondsLeft } from '../../../web/uploads/rate-meter.ts';
import { isSameFile, parseSavedUploads, type SavedUpload } from '../../../web/uploads/saved-uploads.ts';

describe('parts of a file', () => {
  const file = { sizeBytes: 2500, partSizeBytes: 1000, partCount: 3, storedParts: [] };

  test('cover it without a gap, the last as short as it is', () => {
    const parts = missingParts(file);
    expect(parts.map(({ partNumber }) => partNumber)).toEqual([1, 2, 3]);
    expect(parts.map(({ beginBytes, endBytes }) => [beginBytes, endBytes])).toEqual([[0, 1000], [1000, 2000], [2000, 2500]]);
  });

  test('that the bucket holds already are not sent again', () => {
    const interrupted = { ...file, storedParts: [3, 1] };
    expect(missingParts(interrupted).map(({ partNumber }) => partNumber)).toEqual([2]);
    expect(storedBytes(interrupted)).toBe(1500);
    expect(missingParts({ ...file, storedParts: [1, 2, 3] })).toEqual([]);
  });
});

describe('rate and time left', () => {
  test('nothing is said before there is anything to say', () => {
    const meter = new RateMeter();
    expect(meter.bytesPerSecond(0)).toBeNull();
    meter.record(0, 0);
    meter.record(300, 5000);
    expect(meter.bytesPerSecond(300)).toBeNull();
    expect(secondsLeft(100, null)).toBeNull();
    expect(secondsLeft(100, 0)).toBeNull();
  });

  test('the rate is that of the last seconds, not of the whole time', () => {
    const meter = new RateMeter();
    for (let second = 0; second <= 20; second++) meter.record(second * 1000, second * 100);
    const before = 2000;
    for (let second = 21; second <= 30; second++) meter.record(second * 1000, before + (second - 20) * 1000);
    expect(meter.bytesPerSecond(30_000)).toBe(1000);
    expect(secondsLeft(5000, 1000)).toBe(5);
  });

  test('a part that begins again makes the rate no negative one', () => {
    const meter = new RateMeter();
    meter.record(0, 0);
    meter.record(1000, 1000);
    meter.record(2000, 0);
    meter.record(3000, 1000);
    expect(meter.bytesPerSecond(3000)).toBeCloseTo(666.67, 1);
  });

  test('a stall lets the rate fall', () => {
    const meter = new RateMeter();
    meter.record(0, 0);
    meter.record(1000, 1000);
    expect(meter.bytesPerSecond(4000)).toBe(250);
    expect(meter.bytesPerSecond(9001)).toBe(0);
    meter.record(60_000, 1000);
    meter.record(61_000, 5000);
    expect(meter.bytesPerSecond(61_000)).toBe(4000);
  });

  test('nothing is said to stand still that has only begun', () => {
    const meter = new RateMeter();
    meter.record(0, 0);
    expect(meter.bytesPerSecond(5000)).toBeNull();
  });
});

describe('the answer of the bucket', () => {
  test.each([
    [200, 'sent'],
    [0, 'retry'],
    [503, 'retry'],
    [429, 'retry'],
    [403, 'retry-with-new-url'],
    [400, 'rejected'],
    [404, 'rejected'],
  ])('after %i a part is %s', (status, fate) => {
    expect(uploadOutcome(status)).toBe(fate);
  });
});

describe('places', () => {
  const never = new AbortController().signal;

  test('no more are taken than there are, and the next comes in its turn', async () => {
    const places = new Semaphore(2);
    const begun: number[] = [];
    const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const all = ends.map((end, index) =>
      places.use(() => {
        begun.push(index);
        return end.promise;
      }, never),
    );
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    ends[1]?.resolve();
    await all[1];
    await Promise.resolve();
    expect(begun).toEqual([0, 1, 2]);
    for (const end of ends) end.resolve();
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  test('one that gives up waiting takes no place, and one that fails gives its own back', async () => {
    const places = new Semaphore(1);
    const first = Promise.withResolvers<void>();
    const running = places.use(() => first.promise, never);
    const leaving = new AbortController();
    const left = places.use(() => Promise.resolve('came in'), leaving.signal);
    leaving.abort();
    await expect(left).rejects.toThrow('canceled while waiting');
    first.reject(new Error('failed'));
    await expect(running).rejects.toThrow('failed');
    await expect(places.use(() => Promise.resolve('came in'), never)).resolves.toBe('came in');
  });
});

describe('uploads that were interrupted', () => {
  const saved: SavedUpload = {
    key: 'k',
    ownerId: 'o',
    uploadId: 'u',
    videoId: 'v',
    fileName: '수문.mp4',
    sizeBytes: 5,
    lastModified: 1_700_000_000_000,
    visibility: 'private',
    expiresAt: '2026-03-27T00:00:00.000Z',
  };
  const now = Date.parse('2026-03-20T00:00:00Z');

  test('are remembered until they expire', () => {
    expect(parseSavedUploads(JSON.stringify([saved]), now)).toEqual([saved]);
    expect(parseSavedUploads(JSON.stringify([saved]), Date.parse('2026-03-28T00:00:00Z'))).toEqual([]);
  });

  test('that cannot be read are passed over', () => {
    expect(parseSavedUploads(null, now)).toEqual([]);
    expect(parseSavedUploads('{', now)).toEqual([]);
    expect(parseSavedUploads('{"uploadId":"u"}', now)).toEqual([]);
    expect(parseSavedUploads(JSON.stringify([null, { ...saved, sizeBytes: '5' }, saved]), now)).toEqual([saved]);
  });

  test('before they were announced are remembered too', () => {
    const waiting = { ...saved, uploadId: null, videoId: null };
    expect(parseSavedUploads(JSON.stringify([waiting]), now)).toEqual([waiting]);
  });

  test('go on with the very same file only', () => {
    const file = { name: '수문.mp4', size: 5, lastModified: 1_700_000_000_000 };
    expect(isSameFile(saved, file)).toBe(true);
    expect(isSameFile(saved, { ...file, name: file.name.normalize('NFD') })).toBe(true);
    expect(isSameFile(saved, { ...file, size: 6 })).toBe(false);
    // Exported once more, of the same length by chance: half of each would make no video.
    expect(isSameFile(saved, { ...file, lastModified: 1_700_000_001_000 })).toBe(false);
    expect(isSameFile({ ...saved, lastModified: null }, { ...file, lastModified: 1 })).toBe(true);
  });
});
