import * as z from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import { sendJson } from '../aws-api/responses.ts';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import { ApiInput } from '../aws-api/json-operations.ts';
import { PARTITION, regionalArn } from '../cloud/account.ts';
import { type Access, passRole } from '../iam/access.ts';
import { parseS3Uri } from './encoder-store.ts';
import type { EncoderHabits } from './encoder-habits.ts';
import type { MediaConvert } from './media-convert.ts';

const probeSchema = z.strictObject({ inputFiles: z.array(z.strictObject({ fileUrl: z.string() })).length(1) });

const ROOT = '/2017-08-29';

/**
 * Serves CreateJob, GetJob, ListJobs, CancelJob and Probe.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/resources.html
 *
 * @param habits unpleasant habits of the service @default none
 */
export function mediaConvertApi(service: MediaConvert, habits?: EncoderHabits): ApiService {
  return {
    signingName: 'mediaconvert',
    protocol: 'rest-json',
    handle: async (call) => {
      const [, , resource = '', id] = call.rawPath.split('/');
      const operation = `${call.request.method} ${id === undefined ? resource : `${resource}/id`}`;
      if (!call.rawPath.startsWith(`${ROOT}/`)) throw unknownOperation(call);
      switch (operation) {
        case 'POST jobs': {
          const body = await readJson(call);
          await call.authorize(createJobAccess(new ApiInput(body)));
          habits?.admit();
          return sendJson(call, { job: service.createJob(body) }, 201);
        }
        case 'GET jobs':
          await call.authorize([{ action: 'mediaconvert:ListJobs', resource: queueArnOf(call.query.get('queue')) }]);
          return sendJson(call, listJobs(service, call.query));
        case 'GET jobs/id':
          await call.authorize([onJob('GetJob', id)]);
          habits?.admit();
          return sendJson(call, { job: service.getJob(decodeURIComponent(id ?? '')) });
        case 'DELETE jobs/id':
          await call.authorize([onJob('CancelJob', id)]);
          await service.cancelJob(decodeURIComponent(id ?? ''));
          return sendJson(call, {}, 202);
        case 'POST probe':
          return sendJson(call, { probeResults: await probe(service, call, habits) });
        default:
          throw unknownOperation(call);
      }
    },
  };
}

/**
 * Permissions of CreateJob: to use the queue, and to hand the role to MediaConvert.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
 */
function createJobAccess(body: ApiInput): readonly Access[] {
  return [
    { action: 'mediaconvert:CreateJob', resource: queueArnOf(body.text('queue')) },
    passRole(body.text('role'), 'mediaconvert.amazonaws.com'),
  ];
}

function queueArnOf(nameOrArn: string | null): string {
  const name = nameOrArn || 'Default';
  return name.startsWith('arn:') ? name : regionalArn('mediaconvert', `queues/${name}`);
}

function onJob(operation: string, id = ''): Access {
  return { action: `mediaconvert:${operation}`, resource: regionalArn('mediaconvert', `jobs/${decodeURIComponent(id)}`) };
}

function unknownOperation({ request, rawPath }: ApiCall): ApiError {
  return new ApiError(
    'UnknownOperationException',
    404,
    `The laptop cloud does not implement ${request.method} ${rawPath}`,
  );
}

function badRequest(message: string): ApiError {
  return new ApiError('BadRequestException', 400, message);
}

async function readJson(call: ApiCall): Promise<unknown> {
  const body = await call.readBody();
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest('The request body is not JSON');
  }
}

function listJobs(service: MediaConvert, query: URLSearchParams): object {
  const limit = Number(query.get('maxResults') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 20) throw badRequest('/maxResults: Should be 1 to 20');
  const after = Number(query.get('nextToken') ?? 0);
  if (!Number.isInteger(after) || after < 0) throw badRequest('/nextToken: Is invalid');
  const [queue, status] = [query.get('queue'), query.get('status')];
  const { jobs, next } = service.listJobs({
    ...(queue === null ? {} : { queue }),
    ...(status === null ? {} : { status }),
    ascending: query.get('order') === 'ASCENDING',
    after,
    limit,
  });
  return { jobs, ...(next === undefined ? {} : { nextToken: String(next) }) };
}

/** Probes a file, which MediaConvert reads with the permissions of the caller. */
async function probe(service: MediaConvert, call: ApiCall, habits?: EncoderHabits): Promise<object[]> {
  await call.authorize([{ action: 'mediaconvert:Probe', resource: '*' }]);
  const request = probeSchema.safeParse(await readJson(call));
  const [file] = request.data?.inputFiles ?? [];
  if (file === undefined) throw badRequest('/inputFiles: Should have exactly one item with a fileUrl');
  const { bucket, key } = parseS3Uri(file.fileUrl);
  await call.authorize([{ action: 's3:GetObject', resource: `arn:${PARTITION}:s3:::${bucket}/${key}` }]);
  habits?.admit();
  await habits?.delayProbe();
  return [await service.probe(file.fileUrl)];
}
