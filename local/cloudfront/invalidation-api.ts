import { sendXml } from '../aws-api/responses.ts';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import { findChildren, findChildText, readXml, writeXml, type XmlNode } from '../aws-api/xml.ts';
import type { CloudFront } from './cloudfront.ts';
import { randomBytes } from 'node:crypto';

const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
const PATH = /^\/2020-05-31\/distribution\/([A-Z0-9]+)\/invalidation(?:\/([A-Z0-9]+))?$/;

interface Invalidation {
  readonly id: string;
  readonly distributionId: string;
  readonly callerReference: string;
  readonly paths: readonly string[];
  readonly createTime: string;
}

/**
 * Makes the API with CreateInvalidation and GetInvalidation. An invalidation is complete before its response is sent.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
 */
export function invalidationApi(cloudFront: CloudFront): ApiService {
  const invalidations = new Map<string, Invalidation>();

  const create = async (call: ApiCall, distributionId: string): Promise<void> => {
    if (!cloudFront.has(distributionId)) {
      throw new ApiError('NoSuchDistribution', 404, 'The specified distribution does not exist.');
    }
    const batch = readXml((await call.readBody()).toString('utf8'), 'InvalidationBatch');
    const { callerReference, paths } = parseBatch(batch);
    const known = [...invalidations.values()].find(
      (other) => other.distributionId === distributionId && other.callerReference === callerReference,
    );
    const invalidation = known ?? {
      id: `I${randomBytes(8).toString('hex').toUpperCase().slice(0, 13)}`,
      distributionId,
      callerReference,
      paths,
      createTime: new Date().toISOString(),
    };
    invalidations.set(invalidation.id, invalidation);
    if (known === undefined) cloudFront.invalidate(distributionId, paths);
    sendInvalidation(call, invalidation, 201);
  };

  return {
    signingName: 'cloudfront',
    protocol: 'rest-xml',
    async handle(call) {
      const [, distributionId = '', id] = PATH.exec(call.rawPath) ?? [];
      if (call.request.method === 'POST' && distributionId !== '' && id === undefined)
        return create(call, distributionId);
      const invalidation = id === undefined ? undefined : invalidations.get(id);
      if (call.request.method !== 'GET' || invalidation?.distributionId !== distributionId) {
        throw new ApiError('NoSuchInvalidation', 404, 'The specified invalidation does not exist.');
      }
      return sendInvalidation(call, invalidation, 200);
    },
  };
}

function parseBatch(batch: XmlNode) {
  const paths = findChildren(batch, 'Paths')
    .flatMap((element) => findChildren(element, 'Items'))
    .flatMap((element) => findChildren(element, 'Path'))
    .filter((path) => typeof path === 'string');
  const callerReference = findChildText(batch, 'CallerReference');
  if (callerReference === undefined || paths.length === 0 || paths.some((path) => !path.startsWith('/'))) {
    throw new ApiError(
      'InvalidArgument',
      400,
      'An invalidation needs a CallerReference and paths that begin with a slash.',
    );
  }
  return { callerReference, paths };
}

function sendInvalidation(
  call: ApiCall,
  { id, callerReference, paths, createTime }: Invalidation,
  status: number,
): void {
  const document = {
    Id: id,
    Status: 'Completed',
    CreateTime: createTime,
    InvalidationBatch: { Paths: { Quantity: paths.length, Items: { Path: paths } }, CallerReference: callerReference },
  };
  sendXml(call, writeXml('Invalidation', document, NAMESPACE), status);
}
