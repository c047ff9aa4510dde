import { z } from '@hono/zod-openapi';

const EXAMPLE = '0199a6b4-5c1e-7c3a-9d57-1f2e3a4b5c6d';

/** Version 7, as every id of a video and an upload: no other needs a query to know that it does not exist. */
export const videoParameters = z.object({ videoId: z.uuid({ version: 'v7' }).meta({ example: EXAMPLE }) });
export const uploadParameters = z.object({ uploadId: z.uuid({ version: 'v7' }).meta({ example: EXAMPLE }) });
