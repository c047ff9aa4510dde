import { findPlayable } from '../../catalog/videos/find-playable.ts';
import type { Playback, PlaybackRefusal } from '../contracts/playback.ts';
import { openCatalog } from '../chain/open-catalog.ts';
import { secretsManagerClient } from '../runtime/clients.ts';
import { readEnv } from '../runtime/read-env.ts';
import { createLogger, describeError } from '../runtime/logger.ts';
import { playbackEnvSchema } from '../contracts/environment.ts';
import { playback } from '../signing/sign-playback.ts';
import { privateKeyReader } from '../signing/private-key.ts';

const env = readEnv(playbackEnvSchema);
const logger = createLogger('playback');
const database = openCatalog(env);
const readPrivateKey = privateKeyReader(secretsManagerClient(), env.SIGNING_KEY_SECRET_ARN);

/** Invoked directly with a `PlaybackRequest`. Nothing of the answer is logged: it opens the video. */
export async function handler(request: unknown): Promise<Playback | PlaybackRefusal> {
  const sources = {
    findPlayable: (videoId: string) => findPlayable(database, videoId),
    signer: async () => ({
      edgeUrl: env.EDGE_URL,
      keyPairId: env.SIGNING_KEY_PAIR_ID,
      privateKeyPem: await readPrivateKey(),
    }),
    now: () => new Date(),
    // Whoever may invoke the function may ask for as much as a signature lasts.
    mayLengthen: true,
  };
  try {
    const answer = await playback(sources, request);
    const videoId = 'videoId' in answer ? answer.videoId : undefined;
    logger.info('Playback asked for', { videoId, refusal: 'error' in answer ? answer.error : undefined });
    return answer;
  } catch (error) {
    logger.error('Playback could not be signed', { error: describeError(error) });
    throw error;
  }
}
