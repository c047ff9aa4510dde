import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { playbackRefusalSchema, playbackSchema, type Playback } from '../../lambdas/contracts/playback.ts';
import { openCatalog } from './catalog.ts';
import { findPlayableVideo } from './find-video.ts';
import { isRefusedConnection } from './refused-connection.ts';
import { clientConfig, type Running } from './running.ts';

/**
 * Requests signed URLs of a video.
 *
 * @param idOrKey id, object key or file name
 * @throws Error that says why the video cannot be played, or that the laptop cloud is not running
 */
export async function requestPlaybackOf(
  running: Running,
  idOrKey: string,
  expiresInSeconds?: number,
): Promise<Playback> {
  try {
    const videoId = await findPlayableVideo(openCatalog(running), idOrKey);
    return await requestPlayback(running, videoId, expiresInSeconds);
  } catch (error) {
    if (!isRefusedConnection(error)) throw error;
    throw new Error(`Cannot connect to ${running.endpoint}. Is npm start running?`, { cause: error });
  }
}

/**
 * Requests signed URLs from the app's own playback function.
 *
 * @throws Error with the function's message if the video cannot be played
 */
export async function requestPlayback(running: Running, videoId: string, expiresInSeconds?: number): Promise<Playback> {
  // While an account of 10 is busy, the function may be throttled for some seconds.
  const lambda = new LambdaClient({ ...clientConfig(running), maxAttempts: 8 });
  try {
    const { FunctionError: failed, Payload: payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: running.outputs['PlaybackFunctionName'],
        Payload: Buffer.from(JSON.stringify({ videoId, expiresInSeconds })),
      }),
    );
    const response: unknown = JSON.parse(Buffer.from(payload ?? []).toString());
    if (failed !== undefined) throw new Error(`The playback function failed: ${JSON.stringify(response)}`);
    const refusal = playbackRefusalSchema.safeParse(response);
    if (refusal.success) throw new Error(refusal.data.message);
    return playbackSchema.parse(response);
  } finally {
    lambda.destroy();
  }
}
