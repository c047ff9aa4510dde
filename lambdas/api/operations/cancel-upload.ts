import { removeUpload } from '../../../catalog/uploads/remove-upload.ts';
import { findManagedUpload } from '../find-upload-for.ts';
import { defineOperation } from '../operation.ts';
import { uploadParameters } from '../path-parameters.ts';
import { multipartOf } from '../present-upload.ts';
import { ProblemError } from '../problems.ts';

export const cancelUploadOperation = defineOperation(
  {
    method: 'delete',
    path: '/api/uploads/{uploadId}',
    operationId: 'cancelUpload',
    summary: 'Cancel an upload',
    description: 'Removes the bytes sent so far and the video of the upload.',
    tags: ['Uploads'],
    access: 'uploader',
    request: { params: uploadParameters },
    responses: { 204: { description: 'The upload was canceled' } },
    problems: ['upload_not_found', 'upload_completed'],
  },
  async (c) => {
    const { services, user } = c.var;
    const { upload } = await findManagedUpload(services, user, c.req.valid('param').uploadId);
    // The catalog comes first, so that an upload that has become a video stays whole.
    if (!(await removeUpload(services.database, upload.id))) throw new ProblemError('upload_completed');
    const multipart = multipartOf(upload);
    if (multipart !== null) await services.storage.abort(multipart);
    return c.body(null, 204);
  },
);
