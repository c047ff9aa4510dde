import { z } from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import { sendJson } from '../aws-api/responses.ts';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import type { MediaConvert } from './media-convert.ts';

const probeSchema = z.strictObject({ inputFiles: z.array(z.strictObject({ fileUrl: z.string() })).length(1) });

const ROOT = '/2017-08-29';

/**
 * Serves CreateJob, GetJob, ListJobs, CancelJob and Probe.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/resources.html
 */
export function mediaConvertApi(service: MediaConvert): ApiService {
  return {
    signingName: 'mediaconvert',
    protocol: 'rest-json',
    handle: async (call) => {
      const [, , resource = '', id] = call.rawPath.split('/');
      const operation = `${call.request.method} ${id === undefined ? resource : `${resource}/id`}`;
      if (!call.rawPath.startsWith(`${ROOT}/`)) throw unknownOperation(call);
      switch (operation) {
        case 'POST jobs':
          return sendJson(call, { job: await service.createJob(await readJson(call)) }, 201);
        case 'GET jobs':
          return sendJson(call, listJobs(service, call.query));
        case 'GET jobs/id':
          return sendJson(call, { job: service.getJob(decodeURIComponent(id ?? '')) });
        case 'DELETE jobs/id':
          await service.cancelJob(decodeURIComponent(id ?? ''));
          return sendJson(call, {}, 202);
        case 'POST probe':
          return sendJson(call, { probeResults: await probe(service, await readJson(call)) });
        default:
          throw unknownOperation(call);
      }
    },
  };
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

async function probe(service: MediaConvert, body: unknown): Promise<object[]> {
  const request = probeSchema.safeParse(body);
  const [file] = request.data?.inputFiles ?? [];
  if (file === undefined) throw badRequest('/inputFiles: Should have exactly one item with a fileUrl');
  return [await service.probe(file.fileUrl)];
}
