import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { JobFailedError } from '../jobs/job-failed-error.ts';
import type { EncoderStore } from '../encoder-store.ts';

/** One object that a job writes; stored with the job, so that an interrupted upload can continue. */
export const outputFileSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  contentType: z.string(),
  /** The object's text; otherwise `file` names the file in the job's directory with its bytes. */
  text: z.string().optional(),
  file: z.string().optional(),
  /** Bytes to insert into the file at an offset, in base64. */
  insertion: z.object({ offset: z.number(), base64: z.string() }).optional(),
});
export type OutputFile = z.infer<typeof outputFileSchema>;

/**
 * Writes an object to its bucket, streaming its file.
 *
 * @throws JobFailedError if the bucket rejects it
 */
export async function writeOutputFile(upload: OutputFile, directory: string, store: EncoderStore): Promise<void> {
  const { bucket, key, contentType } = upload;
  try {
    const body = upload.text === undefined ? await fileBody(upload, directory) : Buffer.from(upload.text);
    await store.put({ bucket, key, contentType, body });
  } catch (cause) {
    throw new JobFailedError('notWritten', `s3://${bucket}/${key}`, { cause });
  }
}

async function fileBody({ file = '', insertion }: OutputFile, directory: string): Promise<Readable> {
  const path = join(directory, file);
  if (insertion === undefined) return createReadStream(path);
  const { offset, base64 } = insertion;
  const handle = await open(path);
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      const head = Buffer.alloc(offset);
      await handle.read(head, 0, offset, 0);
      yield head;
      yield Buffer.from(base64, 'base64');
      yield* handle.createReadStream({ start: offset, autoClose: false });
    } finally {
      await handle.close();
    }
  }
  return Readable.from(chunks(), { objectMode: false });
}
