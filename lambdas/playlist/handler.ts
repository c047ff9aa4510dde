import { S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readEnv } from '../runtime/read-env.ts';
import { createLogger, describeError } from '../runtime/logger.ts';
import { playlistEnvSchema } from '../contracts/environment.ts';
import { UnreadablePlaylistError } from '../../media/unreadable-playlist-error.ts';
import { copyVerifier, parsePublicKeys } from '../signing/verify-copy.ts';
import { servePlaylist, type PlaylistResponse, type PlaylistSources } from './serve-playlist.ts';
import { playlistReader } from './read-playlist.ts';

const logger = createLogger('playlist');
const env = readEnv(playlistEnvSchema);
const sources: PlaylistSources = {
  read: playlistReader(new S3Client({}), env.OUTPUT_BUCKET),
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
    return { statusCode: status, headers: { 'cache-control': 'private, no-store' }, body: 'Temporarily unavailable\n' };
  }
}

function toResult({ status, headers, body }: PlaylistResponse): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...headers }, body: body.toString('base64'), isBase64Encoded: true };
}
