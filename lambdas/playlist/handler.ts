import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { sqsClient } from '../runtime/clients/sqs.ts';
import { queueSender } from '../runtime/queue-sender.ts';
import { readEnv } from '../runtime/read-env.ts';
import { createLogger, describeError } from '../runtime/logger.ts';
import { playlistEnvSchema } from '../contracts/environment.ts';
import type { IndexRequest } from '../contracts/upload-message.ts';
import { publishedObjects, viewerS3Client } from '../just-in-time/published-objects.ts';
import { UnreadablePlaylistError } from '../../media/unreadable-playlist-error.ts';
import { copyVerifier, parsePublicKeys } from '../signing/verify-copy.ts';
import { spacedIndexRequests } from './index-requests.ts';
import { keptPlaylistObjects } from './playlist-objects.ts';
import { refuse, servePlaylist, type PlaylistResponse, type PlaylistSources } from './serve-playlist.ts';

const logger = createLogger('playlist');
const env = readEnv(playlistEnvSchema);
const kept = {
  objects: publishedObjects(viewerS3Client(), env.OUTPUT_BUCKET),
  staleOnErrorMinutes: env.STALE_ON_ERROR_MINUTES,
  reportStale: (key: string, error: unknown) =>
    logger.warn('storage failed; kept object used', { key, error: describeError(error) }),
};
const send = queueSender<IndexRequest>(sqsClient(), env.UPLOADS_QUEUE_URL);
const requestIndex = spacedIndexRequests(
  async (videoId, revision) => {
    logger.warn('index missing or outdated', { videoId, revision });
    await send({ type: 'index-request', videoId, revision });
  },
  (error) => logger.error('index not requested', { error: describeError(error) }),
);
const sources: PlaylistSources = {
  objects: keptPlaylistObjects(kept, requestIndex),
  verifyCopy: copyVerifier(parsePublicKeys(env.PLAYBACK_PUBLIC_KEYS), () => new Date()),
};

/** Serves every playlist at the edge, behind a function URL. Logs paths but no queries, which contain signatures. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const path = event.rawPath;
  try {
    const call = {
      method: event.requestContext.http.method,
      path,
      query: event.rawQueryString,
      acceptEncoding: event.headers['accept-encoding'] ?? '',
    };
    return toResult(await servePlaylist(call, sources));
  } catch (error) {
    logger.error('playlist not served', { path, error: describeError(error) });
    const status = error instanceof UnreadablePlaylistError ? 502 : 503;
    return toResult(refuse({ status, message: 'Temporarily unavailable' }));
  }
}

function toResult({ status, headers, body }: PlaylistResponse): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...headers }, body: body.toString('base64'), isBase64Encoded: true };
}
