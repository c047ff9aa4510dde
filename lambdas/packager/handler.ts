import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { PackagingError } from '../../media/packaging/packaging-error.ts';
import { packagerEnvSchema } from '../contracts/environment.ts';
import { keptIndexes } from '../just-in-time/kept-indexes.ts';
import { publishedObjects, viewerS3Client } from '../just-in-time/published-objects.ts';
import { createLogger, describeError } from '../runtime/logger.ts';
import { readEnv } from '../runtime/read-env.ts';
import { rangeReader, SourceMismatchError } from './read-ranges.ts';
import { respond, respondUnavailable, type SegmentResponse, type SegmentSources, serveSegment } from './serve-segment.ts';

const logger = createLogger('packager');
const env = readEnv(packagerEnvSchema);
const client = viewerS3Client();
const indexes = keptIndexes({
  objects: publishedObjects(client, env.OUTPUT_BUCKET),
  staleOnErrorMinutes: env.STALE_ON_ERROR_MINUTES,
  reportStale: (key, error) => logger.warn('index used although storage failed', { key, error: describeError(error) }),
});
const sources: SegmentSources = { findIndex: (key) => indexes.get(key), readRanges: rangeReader(client) };

/** Serves init and media segments, packaged just in time, behind a function URL that streams. */
export const handler = awslambda.streamifyResponse<APIGatewayProxyEventV2>(async (event, stream) => {
  const { status, headers, body } = await serve(event);
  await pipeline(Readable.from(body), awslambda.HttpResponseStream.from(stream, { statusCode: status, headers }));
});

async function serve({ rawPath: path, requestContext }: APIGatewayProxyEventV2): Promise<SegmentResponse> {
  try {
    return await serveSegment({ method: requestContext.http.method, path }, sources);
  } catch (error) {
    logger.error('segment not served', { path, error: describeError(error) });
    // Trying again does not help: the index contradicts the source.
    const isWrong = error instanceof PackagingError || error instanceof SourceMismatchError;
    return isWrong ? respond(502, 'Bad Gateway') : respondUnavailable();
  }
}
