import { browser, type StandInRequest, type StandInResponse } from './browser-stand-in.ts';

type Responses = Partial<Record<string, (request: StandInRequest) => StandInResponse | Promise<StandInResponse>>>;

const presigned = { method: 'PUT', url: 'https://bucket.example/object', headers: {} };

/** An upload of four bytes in a single request, as the API describes it. */
export const upload = {
  id: 'u',
  videoId: 'v',
  sizeBytes: 4,
  expiresAt: '2999-01-01T00:00:00.000Z',
  method: 'single',
  request: presigned,
};

/** The file of that upload. */
export const file = new File(['film'], 'Film.mp4', { type: 'video/mp4', lastModified: 1000 });

/** The video of that upload, right after its completion. */
const video = {
  id: 'v',
  title: 'Film',
  visibility: 'private',
  status: 'uploaded',
  posterUrl: null,
  changedAt: '2026-01-01T00:00:00.000Z',
};

export const DEFAULT_RESPONSES: Responses = {
  'POST /api/uploads': () => ({ status: 201, body: upload }),
  'GET /api/uploads/u': () => ({ status: 200, body: upload }),
  'PUT /object': () => ({ status: 200 }),
  'POST /api/uploads/u/complete': () => ({ status: 200, body: video }),
  'DELETE /api/videos/v': () => ({ status: 204 }),
};

export function problem(status: number, code: string): StandInResponse {
  return { status, body: { code, detail: code } };
}

/**
 * Serves one upload through the stand-in browser. To be called before each test.
 *
 * @returns responses by request line, such as `PUT /object`, which the test may replace
 */
export function serveUpload(): Responses {
  const responses = { ...DEFAULT_RESPONSES };
  browser.reset();
  browser.respond = (request) => responses[`${request.method} ${request.path}`]?.(request) ?? problem(404, 'not_found');
  return responses;
}
