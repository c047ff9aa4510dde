import { recordUploadActivity } from '../../../catalog/uploads/record-upload-activity.ts';
import { uploadSchema } from '../../contracts/api/upload.ts';
import { findManagedUpload } from '../find-upload-for.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { uploadParameters } from '../path-parameters.ts';
import { presentUpload, requireOpen } from '../present-upload.ts';

export const getUploadOperation = defineOperation(
  {
    method: 'get',
    path: '/api/uploads/{uploadId}',
    operationId: 'getUpload',
    summary: 'Get an upload to resume it',
    description: 'Lists the parts that the bucket already holds; a single request is signed again.',
    tags: ['Uploads'],
    access: 'uploader',
    request: { params: uploadParameters },
    responses: { 200: jsonResponse('The upload', uploadSchema) },
    problems: ['upload_not_found', 'upload_completed', 'upload_expired'],
  },
  async (c) => {
    const { services, user } = c.var;
    const { upload, video } = await findManagedUpload(services, user, c.req.valid('param').uploadId);
    requireOpen(upload, services.now());
    await recordUploadActivity(services.database, video.id);
    return c.json(await presentUpload(services, upload), 200);
  },
);
