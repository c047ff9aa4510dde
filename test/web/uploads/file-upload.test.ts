import { browser, type StandInResponse, type StandInRequest } from '../../support/web/browser-stand-in.ts';
import type { Visibility } from '../../../lambdas/contracts/api/video.ts';
import { FileUpload } from '../../../web/uploads/file-upload.ts';
import { restoreUpload } from '../../../web/uploads/restore-upload.ts';
import { savedUploadFromFile, saveUploads, savedUploadsOf } from '../../../web/uploads/saved-uploads.ts';

/** The API and the bucket, as far as one upload goes; each request's answer can be replaced by its line. */
let answers: Partial<Record<string, (asked: StandInRequest) => StandInResponse | Promise<StandInResponse>>>;

const request = { method: 'PUT', url: 'https://bucket.example/object', headers: {} };
const expiresAt = '2999-01-01T00:00:00.000Z';
const announced = { id: 'u', videoId: 'v', sizeBytes: 4, expiresAt, method: 'single', request };
const video = { id: 'v', status: 'uploaded' };

function problem(status: number, code: string): StandInResponse {
  return { status, body: { code, detail: code } };
}

function never(): Promise<StandInResponse> {
  return new Promise(() => undefined);
}

const USUAL: typeof answers = {
  'POST /api/uploads': () => ({ status: 201, body: announced }),
  'GET /api/uploads/u': () => ({ status: 200, body: announced }),
  'PUT /object': () => ({ status: 200 }),
  'POST /api/uploads/u/complete': () => ({ status: 200, body: video }),
  'DELETE /api/videos/v': () => ({ status: 204 }),
};

const file = new File(['film'], 'Film.mp4', { type: 'video/mp4', lastModified: 1000 });

function upload(chosen = file, visibility: Visibility = 'private'): FileUpload {
  const record = savedUploadFromFile(chosen, 'me', visibility);
  saveUploads([record]);
  return new FileUpload(record);
}

function pass(milliseconds = 0): Promise<void> {
  return jest.advanceTimersByTimeAsync(milliseconds);
}

beforeEach(() => {
  // What reads files has turns of its own.
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  browser.reset();
  answers = { ...USUAL };
  browser.answer = (asked) => answers[`${asked.method} ${asked.path}`]?.(asked) ?? problem(404, 'not_found');
});
afterEach(() => jest.useRealTimers());

/** Lets time go by, a second at a turn, until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  for (let seconds = 0; !isSo() && seconds < 7200; seconds++) {
    await new Promise(setImmediate);
    await pass(1000);
  }
  expect(isSo()).toBe(true);
}

function inPhase(one: FileUpload, phase: string) {
  return (): boolean => one.phase.value === phase;
}

describe('sending a file', () => {
  test('announces it with who can watch, sends it, and forgets it when it has arrived', async () => {
    const one = upload(file, 'shared');
    one.start(file);
    await until(inPhase(one, 'sent'));
    expect(browser.asked[0]?.body).toEqual({
      fileName: 'Film.mp4',
      sizeBytes: 4,
      visibility: 'shared',
      contentType: 'video/mp4',
    });
    expect(savedUploadsOf('me')).toEqual([]);
  });

  test('an empty file is refused here, in its own words', () => {
    const one = upload(new File([], 'Empty.mp4'));
    one.start(new File([], 'Empty.mp4'));
    expect([one.phase.value, one.error.value?.code, one.fraction.value]).toEqual(['failed', 'empty_file', 0]);
    expect(browser.asked).toEqual([]);
  });

  test('goes through half an hour without a connection to the bucket', async () => {
    answers['PUT /object'] = () => 'no connection';
    const one = upload();
    one.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    for (let minute = 0; minute < 30; minute++) {
      await new Promise(setImmediate);
      await pass(60_000);
    }
    expect(one.phase.value).toBe('sending');
    answers['PUT /object'] = () => ({ status: 200 });
    await until(inPhase(one, 'sent'));
  });

  test('is not tried without an end where the bucket refuses', async () => {
    answers['PUT /object'] = () => ({ status: 503 });
    const one = upload();
    one.start(file);
    await until(inPhase(one, 'failed'));
    expect(one.error.value?.code).toBe('storage_refused');
    expect(browser.lines().filter((line) => line === 'PUT /object')).toHaveLength(8);
  });

  test('tried again after it was completed elsewhere, it counts as sent', async () => {
    answers['POST /api/uploads/u/complete'] = () => problem(404, 'not_found');
    const one = upload();
    one.start(file);
    await until(inPhase(one, 'failed'));
    answers['GET /api/uploads/u'] = () => problem(409, 'upload_completed');
    answers['POST /api/uploads/u/complete'] = USUAL['POST /api/uploads/u/complete'];
    one.start();
    await until(inPhase(one, 'sent'));
    expect(browser.lines().filter((line) => line === 'PUT /object')).toHaveLength(1);
  });

  test('says that nothing moves while it stands still', async () => {
    answers['PUT /object'] = never;
    const one = upload();
    one.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    expect([one.sentBytes.value, one.bytesPerSecond.value]).toEqual([2, null]);
    await until(() => one.bytesPerSecond.value === 0);
    expect(one.secondsLeft.value).toBeNull();
  });
});

describe('a session that ends', () => {
  test('stops the sending without giving anything up, and it goes on when somebody is back', async () => {
    answers['PUT /object'] = never;
    const one = upload();
    one.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    one.pause();
    await until(inPhase(one, 'paused'));
    expect(browser.lines().filter((line) => line.startsWith('DELETE'))).toEqual([]);
    expect(savedUploadsOf('me')).toHaveLength(1);
    answers['PUT /object'] = USUAL['PUT /object'];
    one.start();
    await until(inPhase(one, 'sent'));
    expect(browser.lines().filter((line) => line === 'POST /api/uploads')).toHaveLength(1);
  });
});

describe('canceling', () => {
  const canceled = async (one: FileUpload): Promise<unknown> => {
    let result: unknown = 'under way';
    one.cancel().then(
      () => (result = 'canceled'),
      (error: unknown) => (result = error),
    );
    await until(() => result !== 'under way');
    return result;
  };

  test('while it finishes deletes what it has become', async () => {
    answers['POST /api/uploads/u/complete'] = never;
    const one = upload();
    one.start(file);
    await until(inPhase(one, 'finishing'));
    expect(await canceled(one)).toBe('canceled');
    expect(browser.lines().at(-1)).toBe('DELETE /api/videos/v');
    expect(savedUploadsOf('me')).toEqual([]);
  });

  test('that does not work is said, and nothing is forgotten before it has', async () => {
    answers['PUT /object'] = never;
    answers['DELETE /api/videos/v'] = () => problem(403, 'forbidden');
    const one = upload();
    one.start(file);
    await until(() => browser.lines().includes('PUT /object'));
    expect(await canceled(one)).toMatchObject({ code: 'forbidden' });
    expect([one.phase.value, one.error.value?.code]).toEqual(['failed', 'forbidden']);
    expect(savedUploadsOf('me')).toHaveLength(1);
    answers['DELETE /api/videos/v'] = () => problem(404, 'video_not_found');
    expect(await canceled(one)).toBe('canceled');
    expect(savedUploadsOf('me')).toEqual([]);
  });

  test('while it begins leaves no upload behind that nobody knows of', async () => {
    answers['POST /api/uploads'] = never;
    const one = upload();
    one.start(file);
    await until(() => browser.asked.length > 0);
    answers['POST /api/uploads'] = USUAL['POST /api/uploads'];
    expect(await canceled(one)).toBe('canceled');
    expect(browser.lines()).toEqual(['POST /api/uploads', 'POST /api/uploads', 'DELETE /api/videos/v']);
    const [first, second] = browser.asked;
    expect(second).toEqual(first);
    expect(first?.idempotencyKey).toBe(one.key);
  });

  test('before its turn, or after it was refused, asks the API for nothing', async () => {
    const waiting = upload();
    expect(await canceled(waiting)).toBe('canceled');
    expect(browser.asked).toEqual([]);
    answers['POST /api/uploads'] = () => problem(429, 'too_many_uploads');
    const refused = upload();
    refused.start(file);
    await until(inPhase(refused, 'failed'));
    expect(await canceled(refused)).toBe('canceled');
    expect(browser.lines()).toEqual(['POST /api/uploads']);
  });
});

describe('an upload that a closed page has left', () => {
  const parted = { ...announced, method: 'multipart', partSizeBytes: 2, partCount: 2 };
  const left = { ...savedUploadFromFile(file, 'me', 'private'), uploadId: 'u', videoId: 'v' };

  test('is completed without its file when all of it has arrived', async () => {
    saveUploads([left]);
    answers['GET /api/uploads/u'] = () => ({ status: 200, body: { ...parted, storedParts: [1, 2] } });
    const one = await restoreUpload(left);
    expect([one?.phase.value, one?.video.value?.id]).toEqual(['sent', 'v']);
    expect(savedUploadsOf('me')).toEqual([]);
  });

  test('waits for its file when parts are missing', async () => {
    answers['GET /api/uploads/u'] = () => ({ status: 200, body: { ...parted, storedParts: [2] } });
    const one = await restoreUpload(left);
    expect([one?.phase.value, one?.sentBytes.value, one?.matches(file)]).toEqual(['interrupted', 2, true]);
    expect(browser.lines()).toEqual(['GET /api/uploads/u']);
  });

  test('in a single request is completed if that had come through, and else waits for its file', async () => {
    answers['POST /api/uploads/u/complete'] = () => problem(409, 'upload_incomplete');
    expect((await restoreUpload(left))?.phase.value).toBe('interrupted');
    answers['POST /api/uploads/u/complete'] = USUAL['POST /api/uploads/u/complete'];
    expect((await restoreUpload(left))?.phase.value).toBe('sent');
  });

  test('before it was announced is offered by its name', async () => {
    const one = await restoreUpload({ ...left, uploadId: null, videoId: null });
    expect([one?.phase.value, one?.fileName]).toEqual(['interrupted', 'Film.mp4']);
    expect(browser.asked).toEqual([]);
  });

  test('is nobody else’s to go on with', () => {
    saveUploads([left]);
    expect(savedUploadsOf('another')).toEqual([]);
    expect(savedUploadsOf('me')).toEqual([left]);
  });
});
