import { sendXml } from '../aws-api/responses.ts';
import { ApiError } from '../aws-api/api-error.ts';
import type { ApiCall, ApiService } from '../aws-api/api-service.ts';
import { findChildren, findChildText, readXml, writeXml, type XmlNode } from '../aws-api/xml.ts';
import { ACCOUNT_ID, PARTITION } from '../cloud/account.ts';
import { DEFAULT_HABITS, type Habits } from '../cloud/habits.ts';
import { seededRandom } from '../cloud/seeded-random.ts';
import type { CloudFront } from './cloudfront.ts';
import { randomBytes } from 'node:crypto';

const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
const PATH = /^\/2020-05-31\/distribution\/([A-Z0-9]+)\/invalidation(?:\/([A-Z0-9]+))?$/;

interface Invalidation {
  readonly id: string;
  readonly distributionId: string;
  readonly callerReference: string;
  readonly paths: readonly string[];
  readonly created: Date;
  readonly progressMs: number;
}

/** Maximum numbers of paths of one distribution that are in progress, with and without a wildcard. */
const MAX_WILDCARDS = 15;
const MAX_FILES = 3000;
/** Time for which a stuck invalidation is in progress. */
const STUCK_MS = 600_000;

interface InvalidationOptions {
  readonly habits?: Pick<Habits, 'seed' | 'cloudFront'>;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Runs an effect after a delay. @default a timer that does not keep the process alive */
  readonly runLater?: (effect: () => void, delayMs: number) => void;
}

/**
 * Makes the API with CreateInvalidation and GetInvalidation. How long an invalidation is in progress, and when it takes
 * effect, is a habit. A repeated caller reference returns the earlier invalidation.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html,
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
 */
export function invalidationApi(
  cloudFront: Pick<CloudFront, 'has' | 'invalidate'>,
  { habits = DEFAULT_HABITS, now = () => new Date(), runLater = startTimer }: InvalidationOptions = {},
): ApiService {
  const { invalidationMs: [shortestMs, longestMs], invalidationEffect, stuckInvalidations, refusedInvalidations } = habits.cloudFront;
  const random = seededRandom(habits.seed, 'invalidations');
  const invalidations = new Map<string, Invalidation>();
  const isInProgress = ({ created, progressMs }: Invalidation): boolean => now().getTime() - created.getTime() < progressMs;

  const requireCapacity = (distributionId: string, added: readonly string[]): void => {
    const current = [...invalidations.values()].filter((other) => other.distributionId === distributionId && isInProgress(other));
    const paths = [...current.flatMap((other) => other.paths), ...added];
    const wildcards = paths.filter((path) => path.endsWith('*')).length;
    if (wildcards > MAX_WILDCARDS || paths.length - wildcards > MAX_FILES || random() < refusedInvalidations) {
      throw new ApiError(
        'TooManyInvalidationsInProgress',
        400,
        'Processing your request will cause you to exceed the maximum number of in-progress invalidations.',
      );
    }
  };

  const create = async (call: ApiCall, distributionId: string): Promise<void> => {
    if (!cloudFront.has(distributionId)) {
      throw new ApiError('NoSuchDistribution', 404, 'The specified distribution does not exist.');
    }
    const batch = readXml((await call.readBody()).toString('utf8'), 'InvalidationBatch');
    const { callerReference, paths } = parseBatch(batch);
    const known = [...invalidations.values()].find(
      (other) => other.distributionId === distributionId && other.callerReference === callerReference,
    );
    if (known !== undefined && known.paths.toString() !== paths.toString()) {
      throw new ApiError(
        'InvalidArgument',
        400,
        'Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.',
      );
    }
    if (known === undefined) requireCapacity(distributionId, paths);
    const effectMs = shortestMs + random() * (longestMs - shortestMs);
    const invalidation = known ?? {
      id: `I${randomBytes(8).toString('hex').toUpperCase().slice(0, 13)}`,
      distributionId,
      callerReference,
      paths,
      created: now(),
      progressMs: random() < stuckInvalidations ? STUCK_MS : effectMs,
    };
    invalidations.set(invalidation.id, invalidation);
    if (known === undefined) {
      if (invalidationEffect === 'at once') cloudFront.invalidate(distributionId, paths);
      else runLater(() => cloudFront.invalidate(distributionId, paths), effectMs);
    }
    sendInvalidation(call, invalidation, isInProgress(invalidation), 201);
  };

  return {
    signingName: 'cloudfront',
    protocol: 'rest-xml',
    async handle(call) {
      const [, distributionId = '', id] = PATH.exec(call.rawPath) ?? [];
      const action = `cloudfront:${call.request.method === 'POST' ? 'Create' : 'Get'}Invalidation`;
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
      if (distributionId !== '') await call.authorize([{ action, resource: `arn:${PARTITION}:cloudfront::${ACCOUNT_ID}:distribution/${distributionId}` }]);
      if (call.request.method === 'POST' && distributionId !== '' && id === undefined)
        return create(call, distributionId);
      const invalidation = id === undefined ? undefined : invalidations.get(id);
      if (call.request.method !== 'GET' || invalidation?.distributionId !== distributionId) {
        throw new ApiError('NoSuchInvalidation', 404, 'The specified invalidation does not exist.');
      }
      return sendInvalidation(call, invalidation, isInProgress(invalidation), 200);
    },
  };
}

function startTimer(effect: () => void, delayMs: number): void {
  setTimeout(effect, delayMs).unref();
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
  { id, callerReference, paths, created }: Invalidation,
  inProgress: boolean,
  status: number,
): void {
  const document = {
    Id: id,
    Status: inProgress ? 'InProgress' : 'Completed',
    CreateTime: created.toISOString(),
    InvalidationBatch: { Paths: { Quantity: paths.length, Items: { Path: paths } }, CallerReference: callerReference },
  };
  sendXml(call, writeXml('Invalidation', document, NAMESPACE), status);
}
