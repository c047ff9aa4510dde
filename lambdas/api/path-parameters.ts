import { z } from '@hono/zod-openapi';

const EXAMPLE = '0199a6b4-5c1e-7c3a-9d57-1f2e3a4b5c6d';

export const videoParameters = z.object({ videoId: z.uuid().meta({ example: EXAMPLE }) });
export const uploadParameters = z.object({ uploadId: z.uuid().meta({ example: EXAMPLE }) });
