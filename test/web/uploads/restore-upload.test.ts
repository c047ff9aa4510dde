import { browser } from '../../support/web/browser-stand-in.ts';
import { DEFAULT_RESPONSES, file, problem, serveUpload, upload } from '../../support/web/upload-api.ts';
import { restoreUpload } from '../../../web/uploads/restore-upload.ts';
import { makeSavedUpload, loadSavedUploads, saveUploads } from '../../../web/uploads/saved-uploads.ts';

let responses: ReturnType<typeof serveUpload>;
beforeEach(() => {
  responses = serveUpload();
});

const multipart = { ...upload, method: 'multipart', partSizeBytes: 2, partCount: 2 };
const saved = { ...makeSavedUpload(file, 'me', 'private'), uploadId: 'u', videoId: 'v' };

describe('an upload whose page was closed', () => {
  test('is completed without its file when every part has arrived', async () => {
    saveUploads([saved]);
    responses['GET /api/uploads/u'] = () => ({ status: 200, body: { ...multipart, storedParts: [1, 2] } });
    const restored = await restoreUpload(saved);
    expect([restored?.phase.value, restored?.video.value?.id]).toEqual(['sent', 'v']);
    expect(loadSavedUploads('me')).toEqual([]);
  });

  test('waits for its file when parts are missing', async () => {
    responses['GET /api/uploads/u'] = () => ({ status: 200, body: { ...multipart, storedParts: [2] } });
    const restored = await restoreUpload(saved);
    expect([restored?.phase.value, restored?.sentBytes.value, restored?.matches(file)]).toEqual([
      'interrupted',
      2,
      true,
    ]);
    expect(browser.lines()).toEqual(['GET /api/uploads/u']);
  });

  test('sent in a single request is completed if that request succeeded, and otherwise waits for its file', async () => {
    responses['POST /api/uploads/u/complete'] = () => problem(409, 'upload_incomplete');
    expect((await restoreUpload(saved))?.phase.value).toBe('interrupted');
    responses['POST /api/uploads/u/complete'] = DEFAULT_RESPONSES['POST /api/uploads/u/complete'];
    expect((await restoreUpload(saved))?.phase.value).toBe('sent');
  });

  test('before it was created is offered by its file name', async () => {
    const restored = await restoreUpload({ ...saved, uploadId: null, videoId: null });
    expect([restored?.phase.value, restored?.fileName]).toEqual(['interrupted', 'Film.mp4']);
    expect(browser.requests).toEqual([]);
  });

  test('is offered to no other user', () => {
    saveUploads([saved]);
    expect(loadSavedUploads('another')).toEqual([]);
    expect(loadSavedUploads('me')).toEqual([saved]);
  });
});
