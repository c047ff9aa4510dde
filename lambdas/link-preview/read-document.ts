import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Time for which the document is kept: a deployment is visible soon, and files of the previous one stay available. */
const KEPT_MS = 60_000;

/** Returns a function that reads the document of the pages, and keeps it for a minute. */
export function documentReader(client: S3Client, bucket: string, now: () => Date): () => Promise<string> {
  let kept: { readonly document: string; readonly readAtMs: number } | undefined;
  return async () => {
    const nowMs = now().getTime();
    if (kept !== undefined && nowMs - kept.readAtMs < KEPT_MS) return kept.document;
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'index.html' }));
    const document = (await body?.transformToString()) ?? '';
    kept = { document, readAtMs: nowMs };
    return document;
  };
}
