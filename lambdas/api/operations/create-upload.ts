import { v7 as uuidv7 } from 'uuid';
import type * as z from 'zod';
import type { UploadRow } from '../../../catalog/schema/index.ts';
import { findUpload } from '../../../catalog/uploads/find-upload.ts';
import { countOpenUploads, insertUpload } from '../../../catalog/uploads/insert-upload.ts';
import { removeExpiredUploads } from '../../../catalog/uploads/remove-upload.ts';
import { titleOf } from '../../../catalog/videos/title-of.ts';
import { newUploadSchema, uploadSchema } from '../../contracts/api/upload.ts';
import { isSystemFile } from '../../contracts/system-files.ts';
import { executeOnce, idempotencyHeaderSchema } from '../execute-once.ts';
import { findOwnUpload } from '../find-upload-for.ts';
import { defineOperation, jsonResponse, jsonBody } from '../operation.ts';
import { partSizeOf } from '../plan-parts.ts';
import { presentUpload, requireOpen } from '../present-upload.ts';
import { ProblemError } from '../problems.ts';
import type { ApiServices } from '../services.ts';
import { uploadKey } from '../upload-key.ts';
import type { User } from '../user.ts';

export const createUploadOperation = defineOperation(
  {
    method: 'post',
    path: '/api/uploads',
    operationId: 'createUpload',
    summary: 'Create an upload',
    description:
      'Creates the video and returns where to send the file: in one request, or in parts if it is larger than 64 MiB. ' +
      'Send the bytes to the bucket, then complete the upload. The request for a whole file can be carried out once: if the ' +
      'bucket responds 412, it has the file, and the upload can be completed; after 409, send the request again.',
    tags: ['Uploads'],
    access: 'uploader',
    request: {
      headers: idempotencyHeaderSchema,
      body: jsonBody(newUploadSchema, {
        fileName: '발표 자료.mp4',
        sizeBytes: 734_003_200,
        contentType: 'video/mp4',
        visibility: 'shared',
      }),
    },
    responses: {
      201: {
        ...jsonResponse('The upload', uploadSchema),
        headers: { location: { schema: { type: 'string' }, description: 'Path of the upload' } },
      },
    },
    problems: ['upload_not_found', 'upload_completed', 'upload_expired', 'system_file', 'too_many_uploads'],
  },
  async (c) => {
    const { services, user } = c.var;
    const newUpload = c.req.valid('json');
    if (isSystemFile(newUpload.fileName) || newUpload.fileName.endsWith('/')) throw new ProblemError('system_file');
    const row = await executeOnce(
      services.database,
      {
        userId: user.id,
        key: c.req.valid('header')['idempotency-key'],
        request: ['createUpload', newUpload],
        resourceId: uuidv7(),
      },
      {
        create: (uploadId) => createUpload(services, user, uploadId, newUpload),
        find: async (uploadId) => (await findOwnUpload(services, user, uploadId)).upload,
      },
    );
    // An upload created earlier with this key may be complete by now: sending it again would start a second encode.
    requireOpen(row, services.now());
    const upload = await presentUpload(services, row);
    return c.json(upload, 201, { location: `/api/uploads/${upload.id}` });
  },
);

/** Maximum number of open uploads of one user. */
const MAX_OPEN_UPLOADS = 100;

const DEFAULT_TYPE = 'application/octet-stream';

/**
 * Creates the upload and its video, or returns the upload of this id if an interrupted attempt created it.
 *
 * @throws ProblemError `too_many_uploads`
 */
async function createUpload(
  { database, storage }: ApiServices,
  user: User,
  uploadId: string,
  { fileName, sizeBytes, contentType = DEFAULT_TYPE, title, description, visibility }: z.output<typeof newUploadSchema>,
): Promise<UploadRow> {
  const [existing, open] = await Promise.all([
    findUpload(database, uploadId),
    countOpenUploads(database, user.id),
    removeExpiredUploads(database),
  ]);
  if (existing !== undefined) return existing.upload;
  // Checked early to avoid a needless multipart upload; `insertUpload` enforces the limit.
  if (open >= MAX_OPEN_UPLOADS) throw new ProblemError('too_many_uploads');

  const videoId = uuidv7();
  const key = uploadKey(videoId, fileName);
  const partSizeBytes = partSizeOf(sizeBytes);
  const multipart = partSizeBytes === undefined ? undefined : await storage.createMultipart(key, contentType);
  try {
    const record = {
      id: uploadId,
      videoId,
      owner: { id: user.id, name: user.name },
      bucket: storage.bucket,
      key,
      fileName,
      contentType,
      sizeBytes,
      ...(multipart !== undefined &&
        partSizeBytes !== undefined && { multipart: { uploadId: multipart.uploadId, partSizeBytes } }),
      title: title ?? titleOf(fileName),
      description,
      visibility,
    };
    const created = await insertUpload(database, record, MAX_OPEN_UPLOADS);
    if (created === undefined) throw new ProblemError('too_many_uploads');
    return created;
  } catch (error) {
    // Nothing else records this upload; if aborting fails too, the bucket aborts it some days later.
    if (multipart !== undefined) await storage.abort(multipart).catch(() => undefined);
    throw error;
  }
}
