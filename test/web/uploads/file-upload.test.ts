import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import { DEFAULT_RESPONSES, file, problem, serveUpload, upload as apiUpload } from '../../support/web/upload-api.ts';
import type { Visibility } from '../../../lambdas/contracts/api/video.ts';
import { FileUpload } from '../../../web/uploads/file-upload.ts';
import { makeSavedUpload, loadSavedUploads, saveUploads } from '../../../web/uploads/saved-uploads.ts';

let responses: ReturnType<typeof serveUpload>;
const created: FileUpload[] = [];

function never(): Promise<StandInResponse> {
  return new Promise(() => undefined);
}

function createUpload(chosen = file, visibility: Visibility = 'private'): FileUpload {
  const saved = makeSavedUpload(chosen, 'me', visibility);
  saveUploads([saved]);
  const upload = new FileUpload(saved);
  created.push(upload);
  return upload;
}

function advance(milliseconds = 0): Promise<void> {
  return jest.advanceTimersByTimeAsync(milliseconds);
}

beforeEach(() => {
  // Reading a file takes turns of the real event loop.
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  responses = serveUpload();
});
afterEach(async () => {
  // Only some files are sent at once, in all tests together.
  for (const upload of created.splice(0)) upload.pause();
  await new Promise(setImmediate);
  jest.useRealTimers();
});

/** Advances the time by seconds until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  for (let seconds = 0; !condition() && seconds < 7200; seconds++) {
    await new Promise(setImmediate);
    await advance(1000);
  }
  expect(condition()).toBe(true);
}

function inPhase(upload: FileUpload, phase: string) {
  return (): boolean => upload.phase.value === phase;
}

describe('sending a file', () => {
  test('creates the upload with its visibility, sends the file, and deletes the saved record', async () => {
    const upload = createUpload(file, 'shared');
    upload.start(file);
    await until(inPhase(upload, 'sent'));
    expect(browser.requests[0]?.body).toEqual({
      fileName: 'Film.mp4',
      sizeBytes: 4,
      visibility: 'shared',
      contentType: 'video/mp4',
    });
    expect(loadSavedUploads('me')).toEqual([]);
  });

  test('rejects an empty file without a request', () => {
    const upload = createUpload(new File([], 'Empty.mp4'));
    upload.start(new File([], 'Empty.mp4'));
    expect([upload.phase.value, upload.error.value?.code, upload.fraction.value]).toEqual(['failed', 'empty_file', 0]);
    expect(browser.requests).toEqual([]);
  });

  test('survives half an hour without a connection to the bucket', async () => {
    responses['PUT /object'] = () => 'no connection';
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    for (let minute = 0; minute < 30; minute++) {
      await new Promise(setImmediate);
      await advance(60_000);
    }
    expect(upload.phase.value).toBe('sending');
    responses['PUT /object'] = () => ({ status: 200 });
    await until(inPhase(upload, 'sent'));
  });

  test('completes a file that the bucket has already, as after a lost response', async () => {
    responses['PUT /object'] = () => ({ status: 412 });
    const upload = createUpload();
    upload.start(file);
    await until(inPhase(upload, 'sent'));
    expect(browser.lines()).toEqual(['POST /api/uploads', 'PUT /object', 'POST /api/uploads/u/complete']);
  });

  test('sends the file again when another request conflicted with its assembly, at most three times', async () => {
    responses['POST /api/uploads/u/complete'] = () => problem(409, 'upload_incomplete');
    const upload = createUpload();
    upload.start(file);
    await until(inPhase(upload, 'failed'));
    expect(upload.error.value?.code).toBe('upload_incomplete');
    expect(browser.lines().filter((line) => line === 'PUT /object')).toHaveLength(3);
  });

  test('stops retrying when the bucket keeps rejecting the file', async () => {
    responses['PUT /object'] = () => ({ status: 503 });
    const upload = createUpload();
    upload.start(file);
    await until(inPhase(upload, 'failed'));
    expect(upload.error.value?.code).toBe('storage_refused');
    expect(browser.lines().filter((line) => line === 'PUT /object')).toHaveLength(8);
  });

  test('counts as sent when a retry finds the upload completed elsewhere', async () => {
    responses['POST /api/uploads/u/complete'] = () => problem(404, 'not_found');
    const upload = createUpload();
    upload.start(file);
    await until(inPhase(upload, 'failed'));
    responses['GET /api/uploads/u'] = () => problem(409, 'upload_completed');
    responses['POST /api/uploads/u/complete'] = DEFAULT_RESPONSES['POST /api/uploads/u/complete'];
    upload.start();
    await until(inPhase(upload, 'sent'));
    expect(browser.lines().filter((line) => line === 'PUT /object')).toHaveLength(1);
  });

  test('reports a rate of zero and no time left during a stall', async () => {
    responses['PUT /object'] = never;
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    expect([upload.sentBytes.value, upload.bytesPerSecond.value]).toEqual([2, null]);
    await until(() => upload.bytesPerSecond.value === 0);
    expect(upload.secondsLeft.value).toBeNull();
  });
});

describe('title and visibility', () => {
  const patched = (): unknown[] =>
    browser.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body);

  beforeEach(() => {
    responses['PATCH /api/videos/v'] = ({ body }) => ({
      status: 200,
      body: {
        id: 'v',
        status: 'uploading',
        title: 'Film',
        visibility: 'private',
        posterUrl: null,
        changedAt: '2026-01-01T00:00:01.000Z',
        ...(body as object),
      },
    });
  });

  test('chosen before the transfer are part of the request that creates the video', async () => {
    const upload = createUpload();
    expect([upload.name.value, upload.title.value]).toEqual(['Film.mp4', 'Film']);
    await upload.edit({ title: 'Premiere', visibility: 'public' });
    expect([upload.name.value, upload.visibility.value]).toEqual(['Premiere', 'public']);
    expect(loadSavedUploads('me')).toMatchObject([{ title: 'Premiere', visibility: 'public' }]);
    upload.start(file);
    await until(inPhase(upload, 'sent'));
    expect(browser.requests[0]?.body).toMatchObject({ title: 'Premiere', visibility: 'public' });
    expect(patched()).toEqual([]);
  });

  test('chosen while the video is being created are sent once it exists, and survive a reload until then', async () => {
    const creation = Promise.withResolvers<StandInResponse>();
    responses['POST /api/uploads'] = () => creation.promise;
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.requests.length > 0);
    await upload.edit({ title: 'Premiere' });
    await upload.edit({ visibility: 'shared' });
    expect([upload.title.value, upload.visibility.value, patched()]).toEqual(['Premiere', 'shared', []]);
    expect(loadSavedUploads('me')).toMatchObject([{ visibility: 'private', change: { title: 'Premiere', visibility: 'shared' } }]);
    creation.resolve({ status: 201, body: apiUpload });
    await until(() => patched().length > 0);
    expect(patched()).toEqual([{ title: 'Premiere', visibility: 'shared' }]);
    await until(inPhase(upload, 'sent'));
    expect([upload.title.value, upload.visibility.value]).toEqual(['Premiere', 'shared']);
  });

  test('chosen during a creation that is rejected are part of the next attempt', async () => {
    const creation = Promise.withResolvers<StandInResponse>();
    responses['POST /api/uploads'] = () => creation.promise;
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.requests.length > 0);
    await upload.edit({ title: 'Premiere' });
    creation.resolve(problem(429, 'too_many_uploads'));
    await until(inPhase(upload, 'failed'));
    responses['POST /api/uploads'] = DEFAULT_RESPONSES['POST /api/uploads'];
    upload.start();
    await until(inPhase(upload, 'sent'));
    expect(browser.requests.find(({ body }) => (body as { title?: string } | null)?.title === 'Premiere')?.method).toBe('POST');
    expect(patched()).toEqual([]);
  });

  test('are changed at once while the file is sent, and report a rejection', async () => {
    responses['PUT /object'] = never;
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    await upload.edit({ title: 'Premiere' });
    expect([upload.title.value, patched()]).toEqual(['Premiere', [{ title: 'Premiere' }]]);
    responses['PATCH /api/videos/v'] = () => problem(403, 'forbidden');
    await expect(upload.edit({ visibility: 'public' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(upload.visibility.value).toBe('private');
  });

  test('report a change that failed after the video was created, and keep it for another try', async () => {
    const creation = Promise.withResolvers<StandInResponse>();
    responses['POST /api/uploads'] = () => creation.promise;
    responses['PUT /object'] = never;
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.requests.length > 0);
    await upload.edit({ title: 'Premiere' });
    const accept = responses['PATCH /api/videos/v'];
    responses['PATCH /api/videos/v'] = () => problem(403, 'forbidden');
    creation.resolve({ status: 201, body: apiUpload });
    await until(() => upload.changeError.value?.code === 'forbidden');
    responses['PATCH /api/videos/v'] = accept;
    await upload.edit({});
    expect([upload.changeError.value, patched().at(-1)]).toEqual([null, { title: 'Premiere' }]);
  });
});

describe('a slow transfer', () => {
  test('tells the API about its activity every two minutes until it ends', async () => {
    responses['PUT /object'] = never;
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    const reports = (): number => browser.lines().filter((line) => line === 'GET /api/uploads/u').length;
    await advance(45_000);
    expect(reports()).toBe(0);
    await until(() => reports() === 2);
    upload.pause();
    await until(inPhase(upload, 'paused'));
    await advance(600_000);
    expect(reports()).toBe(2);
  });
});

describe('an expired session', () => {
  test('pauses the upload, which resumes after the next sign-in', async () => {
    responses['PUT /object'] = never;
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    upload.pause();
    await until(inPhase(upload, 'paused'));
    expect(browser.lines().filter((line) => line.startsWith('DELETE'))).toEqual([]);
    expect(loadSavedUploads('me')).toHaveLength(1);
    responses['PUT /object'] = DEFAULT_RESPONSES['PUT /object'];
    upload.start();
    await until(inPhase(upload, 'sent'));
    expect(browser.lines().filter((line) => line === 'POST /api/uploads')).toHaveLength(1);
  });
});

describe('canceling', () => {
  const cancel = async (upload: FileUpload): Promise<unknown> => {
    let result: unknown = 'pending';
    upload.cancel().then(
      () => (result = 'canceled'),
      (error: unknown) => (result = error),
    );
    await until(() => result !== 'pending');
    return result;
  };

  test('deletes the video of an upload that is finishing', async () => {
    responses['POST /api/uploads/u/complete'] = never;
    const upload = createUpload();
    upload.start(file);
    await until(inPhase(upload, 'finishing'));
    expect(await cancel(upload)).toBe('canceled');
    expect(browser.lines().at(-1)).toBe('DELETE /api/videos/v');
    expect(loadSavedUploads('me')).toEqual([]);
  });

  test('reports a failed deletion and keeps the saved record until it succeeds', async () => {
    responses['PUT /object'] = never;
    responses['DELETE /api/videos/v'] = () => problem(403, 'forbidden');
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    expect(await cancel(upload)).toMatchObject({ code: 'forbidden' });
    expect([upload.phase.value, upload.error.value?.code]).toEqual(['failed', 'forbidden']);
    expect(loadSavedUploads('me')).toHaveLength(1);
    responses['DELETE /api/videos/v'] = () => problem(404, 'video_not_found');
    expect(await cancel(upload)).toBe('canceled');
    expect(loadSavedUploads('me')).toEqual([]);
  });

  test('finds and deletes an upload whose creation is in progress', async () => {
    responses['POST /api/uploads'] = never;
    const upload = createUpload();
    upload.start(file);
    await until(() => browser.requests.length > 0);
    responses['POST /api/uploads'] = DEFAULT_RESPONSES['POST /api/uploads'];
    expect(await cancel(upload)).toBe('canceled');
    expect(browser.lines()).toEqual(['POST /api/uploads', 'POST /api/uploads', 'DELETE /api/videos/v']);
    const [first, second] = browser.requests;
    expect(second).toEqual(first);
    expect(first?.idempotencyKey).toBe(upload.key);
  });

  test('requests no deletion of an upload that is waiting or was rejected', async () => {
    const waiting = createUpload();
    expect(await cancel(waiting)).toBe('canceled');
    expect(browser.requests).toEqual([]);
    responses['POST /api/uploads'] = () => problem(429, 'too_many_uploads');
    const refused = createUpload();
    refused.start(file);
    await until(inPhase(refused, 'failed'));
    expect(await cancel(refused)).toBe('canceled');
    expect(browser.lines()).toEqual(['POST /api/uploads']);
  });
});
