import { findPlayable } from '../../catalog/videos/find-playable.ts';
import type { Playback, PlaybackRefusal } from '../contracts/playback.ts';
import { openCatalog } from '../chain/open-catalog.ts';
import { secretsManagerClient } from '../runtime/clients/secrets-manager.ts';
import { readEnv } from '../runtime/read-env.ts';
import { createLogger, describeError } from '../runtime/logger.ts';
import { playbackEnvSchema } from '../contracts/environment.ts';
import { type PlaybackSources, signPlayback } from '../signing/sign-playback.ts';
import { privateKeyReader } from '../signing/private-key.ts';

const env = readEnv(playbackEnvSchema);
const logger = createLogger('playback');
const database = openCatalog(env);
const readPrivateKey = privateKeyReader(secretsManagerClient(), env.SIGNING_KEY_SECRET_ARN);

/** Handles direct invocations with a `PlaybackRequest`. The response is never logged, since its URLs grant access to the video. */
export async function handler(request: unknown): Promise<Playback | PlaybackRefusal> {
  const sources: PlaybackSources = {
    findPlayable: (videoId: string) => findPlayable(database, videoId),
    signer: async () => ({
      edgeUrl: env.EDGE_URL,
      keyPairId: env.SIGNING_KEY_PAIR_ID,
      privateKeyPem: await readPrivateKey(),
    }),
    now: () => new Date(),
    // Callers that may invoke the function may request the maximum lifetime.
    mayExtend: true,
  };
  try {
    const response = await signPlayback(sources, request);
    const videoId = 'videoId' in response ? response.videoId : undefined;
    logger.info('playback requested', { videoId, refusal: 'error' in response ? response.error : undefined });
    return response;
  } catch (error) {
    logger.error('playback not signed', { error: describeError(error) });
    throw error;
  }
}
