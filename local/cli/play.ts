import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { playbackRefusalSchema, playbackSchema, type Playback } from '../../lambdas/contracts/playback.ts';
import { systemErrorCode } from '../cloud/system-error.ts';
import { clientConfig, type Running } from './running.ts';

/**
 * Asks the app's own playback function for signed URLs.
 *
 * @throws Error with the function's own words if there is nothing to play, or if the laptop cloud does not answer
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
    const answer: unknown = JSON.parse(Buffer.from(payload ?? []).toString());
    if (failed !== undefined) throw new Error(`The playback function failed: ${JSON.stringify(answer)}`);
    const refusal = playbackRefusalSchema.safeParse(answer);
    if (refusal.success) throw new Error(refusal.data.message);
    return playbackSchema.parse(answer);
  } catch (error) {
    if (systemErrorCode(error) !== 'ECONNREFUSED') throw error;
    throw new Error(`Nothing listens at ${running.endpoint}. Is npm start running?`, { cause: error });
  } finally {
    lambda.destroy();
  }
}
