import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { seededRandom } from '../cloud/seeded-random.ts';
import { eventBridgeService } from '../eventbridge/service.ts';
import { iamService } from '../iam/service.ts';
import { s3Providers } from './providers.ts';
import { S3 } from './s3.ts';

export const s3Service: LaptopService<S3> = new LaptopService({
  name: 's3',
  dependsOn: [eventBridgeService, iamService],
  open: async ({ stateDirectory, credentials, habits, reportError }, get) => {
    const bus = get(eventBridgeService);
    const { authorizer } = get(iamService);
    const s3 = await S3.open({
      dir: join(stateDirectory, 's3'),
      publish: (event) => bus.publish(event),
      onLifecycleError: (error) => reportError('S3 could not expire objects', error),
    });
    authorizer.addResourcePolicies('s3', (arn) => s3.findBucket(bucketOf(arn))?.policy);
    const random = seededRandom(habits.seed, 'slowed requests to S3');
    return {
      instance: s3,
      apis: [s3.apiService(credentials, () => random() < habits.s3.slowDownShare)],
      providers: s3Providers(s3),
      start: () => s3.start(),
      close: () => s3.close(),
    };
  },
});

/** Returns the bucket of `arn:aws:s3:::<bucket>` or `arn:aws:s3:::<bucket>/<key>`. */
function bucketOf(arn: string): string {
  return arn.replace(/^arn:[^:]*:s3:::/, '').replace(/\/.*$/s, '');
}
