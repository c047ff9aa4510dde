import { z } from 'zod';

export const playlistEnvSchema = z.object({
  OUTPUT_BUCKET: z.string().min(1),
});
export type PlaylistEnv = z.infer<typeof playlistEnvSchema>;
