import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { encodePrefix, HLS_PLAYLIST } from '../../lambdas/contracts/output-layout.ts';
import { queryCatalog } from './query-catalog.ts';
import { probeMedia, type ProbedMedia } from './probed-media.ts';
import type { CloudClients } from './shared-cloud.ts';
import type { UploadState } from './uploads.ts';

const recordedSchema = z.object({
  kind: z.enum(['video', 'audio']),
  width: z.number().nullable(),
  height: z.number().nullable(),
  frameRate: z.number().nullable(),
  language: z.string().nullable(),
  channels: z.number().nullable(),
  durationMs: z.number(),
});

/** Result of an upload: the media as a player reads it, the playlist's text, and the renditions in the catalog. */
export interface ProducedMedia {
  readonly media: ProbedMedia;
  readonly multivariant: string;
  readonly recorded: readonly z.infer<typeof recordedSchema>[];
}

/** Fetches the playlists and media of a ready upload, and probes them. */
export async function readProducedMedia(cloud: CloudClients, upload: UploadState): Promise<ProducedMedia> {
  const directory = await mkdtemp(join(tmpdir(), 'produced-'));
  try {
    const prefix = encodePrefix({ ...upload, attemptId: upload.attemptId ?? '' });
    const { Contents = [] } = await cloud.s3.send(
      new ListObjectsV2Command({ Bucket: cloud.outputBucket, Prefix: prefix }),
    );
    const names = Contents.map(({ Key = '' }) => Key.slice(prefix.length)).filter((name) =>
      /^index(?!_thumbnails)[^/]*\.(?:m3u8|cmf[va])$/.test(name),
    );
    const bodies = await Promise.all(
      names.map(async (name) => {
        const { Body } = await cloud.s3.send(
          new GetObjectCommand({ Bucket: cloud.outputBucket, Key: `${prefix}${name}` }),
        );
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        await writeFile(join(directory, name), bytes);
        return { name, bytes };
      }),
    );
    return {
      media: await probeMedia(join(directory, HLS_PLAYLIST)),
      multivariant: bodies.find(({ name }) => name === HLS_PLAYLIST)?.bytes.toString() ?? '',
      recorded: await recordedRenditions(cloud, upload.revisionId),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function recordedRenditions(cloud: CloudClients, revisionId: string): Promise<ProducedMedia['recorded']> {
  const rows = await queryCatalog(
    cloud,
    `select kind, width, height, frame_rate as "frameRate", language, channels, duration_ms as "durationMs"
       from renditions where revision_id = cast(:revision as uuid)`,
    { revision: revisionId },
  );
  return z.array(recordedSchema).parse(rows);
}
