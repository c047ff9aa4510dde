import { isSameFile, parseSavedUploads, type SavedUpload } from '../../../web/uploads/saved-uploads.ts';

describe('saved uploads', () => {
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

  test('are kept until they expire', () => {
    expect(parseSavedUploads(JSON.stringify([saved]), now)).toEqual([saved]);
    expect(parseSavedUploads(JSON.stringify([saved]), Date.parse('2026-03-28T00:00:00Z'))).toEqual([]);
  });

  test('that are invalid are skipped', () => {
    expect(parseSavedUploads(null, now)).toEqual([]);
    expect(parseSavedUploads('{', now)).toEqual([]);
    expect(parseSavedUploads('{"uploadId":"u"}', now)).toEqual([]);
    expect(parseSavedUploads(JSON.stringify([null, { ...saved, sizeBytes: '5' }, saved]), now)).toEqual([saved]);
  });

  test('are kept before the upload is created', () => {
    const waiting = { ...saved, uploadId: null, videoId: null };
    expect(parseSavedUploads(JSON.stringify([waiting]), now)).toEqual([waiting]);
  });

  test('keep a chosen title and a change that was not sent yet, and are skipped if these are invalid', () => {
    const named = { ...saved, title: '수문', change: { visibility: 'public' } as const };
    expect(parseSavedUploads(JSON.stringify([named]), now)).toEqual([named]);
    expect(parseSavedUploads(JSON.stringify([{ ...saved, title: 5 }, { ...saved, change: 'x' }]), now)).toEqual([]);
  });

  test('match only the same file', () => {
    const file = { name: '수문.mp4', size: 5, lastModified: 1_700_000_000_000 };
    expect(isSameFile(saved, file)).toBe(true);
    expect(isSameFile(saved, { ...file, name: file.name.normalize('NFD') })).toBe(true);
    expect(isSameFile(saved, { ...file, size: 6 })).toBe(false);
    // A later export of the same size: mixing halves of both would not make a video.
    expect(isSameFile(saved, { ...file, lastModified: 1_700_000_001_000 })).toBe(false);
    expect(isSameFile({ ...saved, lastModified: null }, { ...file, lastModified: 1 })).toBe(true);
  });
});
