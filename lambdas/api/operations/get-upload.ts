import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { v7 as uuidv7 } from 'uuid';
import { recordUploadActivity } from '../../../catalog/uploads/record-upload-activity.ts';
import { newUploadSchema, partRequestSchema, partUrlsSchema, uploadSchema } from '../../contracts/api/upload.ts';
import { videoSchema } from '../../contracts/api/video.ts';
import { uploaders } from '../access.ts';
import { announceUpload } from './create-upload.ts';
import { findManagedUpload, findOwnUpload } from '../find-upload-for.ts';
import { showVideo } from '../find-video-for.ts';
import { finishUpload, giveUpUpload } from './complete-upload.ts';
import { idempotencyHeaderSchema, once } from '../execute-once.ts';
import { uploadParameters } from '../path-parameters.ts';
import { presentUpload, presignParts, requireOpen } from '../present-upload.ts';
import { json, OF_BODIES, SIGNED_IN_PROBLEMS, refusals } from '../operation.ts';
import { SIGNED_IN } from '../security.ts';
import type { ApiVariables } from '../services.ts';

/** Of all these routes. */
const OF_UPLOADERS = [...SIGNED_IN_PROBLEMS, 'forbidden', 'catalog_resuming'] as const;
/** Of those that go on with an upload. */
const OF_OPEN_UPLOADS = ['upload_not_found', 'upload_completed', 'upload_expired'] as const;

const create = createRoute({
  method: 'post',
  path: '/api/uploads',
  operationId: 'createUpload',
  summary: 'Announce a file',
  description:
    'Makes the video and answers where to send the file: in one request, or in parts where it is larger than 64 MiB. ' +
    'Send the bytes to the bucket, then complete the upload.',
  tags: ['Uploads'],
  security: SIGNED_IN,
  middleware: uploaders,
  request: {
    headers: idempotencyHeaderSchema,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: newUploadSchema,
          example: {
            fileName: '발표 자료.mp4',
            sizeBytes: 734_003_200,
            contentType: 'video/mp4',
            visibility: 'shared',
          },
        },
      },
    },
  },
  responses: {
    201: {
      ...json('The upload', uploadSchema),
      headers: { location: { schema: { type: 'string' }, description: 'Path of the upload' } },
    },
    ...refusals(
      ...OF_UPLOADERS,
      ...OF_BODIES,
      ...OF_OPEN_UPLOADS,
      'request_in_progress',
      'idempotency_key_reused',
      'too_many_uploads',
    ),
  },
});

const get = createRoute({
  method: 'get',
  path: '/api/uploads/{uploadId}',
  operationId: 'getUpload',
  summary: 'An upload, to go on with it',
  description: 'Names the parts that the bucket holds already; a single request is signed anew.',
  tags: ['Uploads'],
  security: SIGNED_IN,
  middleware: uploaders,
  request: { params: uploadParameters },
  responses: {
    200: json('The upload', uploadSchema),
    ...refusals(...OF_UPLOADERS, ...OF_OPEN_UPLOADS),
  },
});

const signParts = createRoute({
  method: 'post',
  path: '/api/uploads/{uploadId}/parts',
  operationId: 'signParts',
  summary: 'Presigned requests for parts',
  tags: ['Uploads'],
  security: SIGNED_IN,
  middleware: uploaders,
  request: {
    params: uploadParameters,
    body: {
      required: true,
      content: { 'application/json': { schema: partRequestSchema, example: { partNumbers: [1, 2, 3, 4] } } },
    },
  },
  responses: {
    200: json('A request for each part', partUrlsSchema),
    ...refusals(...OF_UPLOADERS, ...OF_BODIES, ...OF_OPEN_UPLOADS),
  },
});

const complete = createRoute({
  method: 'post',
  path: '/api/uploads/{uploadId}/complete',
  operationId: 'completeUpload',
  summary: 'All bytes have been sent',
  description: 'Puts the parts together that the bucket holds. Completing twice is the same as once.',
  tags: ['Uploads'],
  security: SIGNED_IN,
  middleware: uploaders,
  request: { params: uploadParameters },
  responses: {
    200: json('The video that it becomes', videoSchema),
    ...refusals(...OF_UPLOADERS, 'upload_not_found', 'upload_incomplete', 'upload_size_wrong', 'upload_expired'),
  },
});

const abort = createRoute({
  method: 'delete',
  path: '/api/uploads/{uploadId}',
  operationId: 'cancelUpload',
  summary: 'Give an upload up',
  description: 'Removes what was sent, and the video that it was to become.',
  tags: ['Uploads'],
  security: SIGNED_IN,
  middleware: uploaders,
  request: { params: uploadParameters },
  responses: {
    204: { description: 'It is gone' },
    ...refusals(...OF_UPLOADERS, 'upload_not_found', 'upload_completed'),
  },
});

export function uploadRoutes() {
  return new OpenAPIHono<{ Variables: ApiVariables }>()
    .openapi(create, async (c) => {
      const { services, person } = c.var;
      const announced = c.req.valid('json');
      const row = await once(
        services.database,
        {
          personId: person.id,
          key: c.req.valid('header')['idempotency-key'],
          request: ['createUpload', announced],
          resourceId: uuidv7(),
        },
        (uploadId) => announceUpload(services, person, uploadId, announced),
        async (uploadId) => (await findOwnUpload(services, person, uploadId)).upload,
      );
      // What was made for this key before may have come in the meantime: another request would start another encode.
      requireOpen(row, services.now());
      const upload = await presentUpload(services, row);
      return c.json(upload, 201, { location: `/api/uploads/${upload.id}` });
    })
    .openapi(get, async (c) => {
      const { services, person } = c.var;
      const { upload, video } = await findManagedUpload(services, person, c.req.valid('param').uploadId);
      requireOpen(upload, services.now());
      await recordUploadActivity(services.database, video.id);
      return c.json(await presentUpload(services, upload), 200);
    })
    .openapi(signParts, async (c) => {
      const { services, person } = c.var;
      const { upload, video } = await findOwnUpload(services, person, c.req.valid('param').uploadId);
      const signed = await presignParts(services, upload, c.req.valid('json').partNumbers);
      await recordUploadActivity(services.database, video.id);
      return c.json(signed, 200);
    })
    .openapi(complete, async (c) => {
      const { services, person } = c.var;
      const found = await findOwnUpload(services, person, c.req.valid('param').uploadId);
      await finishUpload(services, found);
      return c.json(await showVideo(services, person, found.video.id), 200);
    })
    .openapi(abort, async (c) => {
      const { services, person } = c.var;
      const found = await findManagedUpload(services, person, c.req.valid('param').uploadId);
      await giveUpUpload(services, found);
      return c.body(null, 204);
    });
}
