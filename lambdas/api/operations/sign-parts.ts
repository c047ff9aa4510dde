import type { UploadRow } from '../../../catalog/schema/index.ts';
import { recordUploadActivity } from '../../../catalog/uploads/record-upload-activity.ts';
import { partRequestSchema, type PartUrls, partUrlsSchema } from '../../contracts/api/upload.ts';
import { findOwnUpload } from '../find-upload-for.ts';
import { defineOperation, jsonResponse, jsonBody } from '../operation.ts';
import { uploadParameters } from '../path-parameters.ts';
import { partCountOf, sizeOfPart } from '../plan-parts.ts';
import { multipartOf, requireOpen } from '../present-upload.ts';
import { ProblemError } from '../problems.ts';
import type { ApiServices } from '../services.ts';
import { REQUEST_LIFETIME_SECONDS } from '../upload-storage.ts';

export const signPartsOperation = defineOperation(
  {
    method: 'post',
    path: '/api/uploads/{uploadId}/parts',
    operationId: 'signParts',
    summary: 'Presign requests for parts',
    tags: ['Uploads'],
    access: 'uploader',
    request: { params: uploadParameters, body: jsonBody(partRequestSchema, { partNumbers: [1, 2, 3, 4] }) },
    responses: { 200: jsonResponse('One request for each part', partUrlsSchema) },
    problems: ['upload_not_found', 'upload_completed', 'upload_expired'],
  },
  async (c) => {
    const { services, user } = c.var;
    const { upload, video } = await findOwnUpload(services, user, c.req.valid('param').uploadId);
    const urls = await presignParts(services, upload, c.req.valid('json').partNumbers);
    await recordUploadActivity(services.database, video.id);
    return c.json(urls, 200);
  },
);

/** @throws ProblemError if the upload accepts no parts, or not all of these */
async function presignParts(
  { storage, now }: ApiServices,
  upload: UploadRow,
  partNumbers: readonly number[],
): Promise<PartUrls> {
  requireOpen(upload, now());
  const multipart = multipartOf(upload);
  const count = multipart === null ? 0 : partCountOf(multipart);
  const errors = partNumbers.flatMap((partNumber, index) =>
    partNumber <= count ? [] : [{ pointer: `/partNumbers/${index}`, detail: `the upload has ${count} parts` }],
  );
  if (multipart === null || errors.length > 0) throw new ProblemError('invalid_request', { errors });
  const parts = await Promise.all(
    partNumbers.map(async (partNumber) => ({
      partNumber,
      request: await storage.presignPart(multipart, partNumber, sizeOfPart(multipart, partNumber)),
    })),
  );
  return { parts, expiresAt: new Date(now().getTime() + REQUEST_LIFETIME_SECONDS * 1000).toISOString() };
}
