import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { playbackRefusalSchema, playbackSchema, type Playback } from '../../lambdas/contracts/playback.ts';
import { systemErrorCode } from '../cloud/system-error.ts';
import { clientConfig, type Running } from './running.ts';

/**
 * Requests signed URLs from the app's own playback function.
 *
 * @throws Error with the function's message if the video cannot be played; Error if the laptop cloud is not running
 */
export async function requestPlayback(running: Running, videoId: string, expiresInSeconds?: number): Promise<Playback> {
  const lambda = new LambdaClient({ ...clientConfig(running), maxAttempts: 2 });
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
  } catch (error) {
    if (systemErrorCode(error) !== 'ECONNREFUSED') throw error;
    throw new Error(`Cannot connect to ${running.endpoint}. Is npm start running?`, { cause: error });
  } finally {
    lambda.destroy();
  }
}
