import { z } from 'zod';
import { playbackEnvSchema } from '../playback/env.ts';

/** The catalog, the edge and the signing key as the playback function has them, and what the API manages. */
export const apiEnvSchema = playbackEnvSchema.extend({
  /** Takes the uploads; presigned requests go to it. */
  SOURCE_BUCKET: z.string().min(3),
  /** Queue of the transcode function, to which a failed upload goes again. */
  UPLOADS_QUEUE_URL: z.url(),
  /** Queue of the removal function, which removes everything of a deleted video. */
  REMOVALS_QUEUE_URL: z.url(),
  /** Whose access tokens are accepted; its keys are at `<issuer>/.well-known/jwks.json`. */
  TOKEN_ISSUER: z.url(),
  /** The only client whose tokens are accepted. */
  TOKEN_CLIENT_ID: z.string().min(1),
});
export type ApiEnv = z.infer<typeof apiEnvSchema>;
