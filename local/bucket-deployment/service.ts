import { cloudFrontService } from '../cloudfront/service.ts';
import { LaptopService } from '../cloud/laptop-service.ts';
import { s3Service } from '../s3/service.ts';
import { bucketDeploymentProviders, isCopyingFunction } from './providers.ts';

export const bucketDeploymentService: LaptopService<undefined> = new LaptopService({
  name: 'bucket-deployment',
  dependsOn: [s3Service, cloudFrontService],
  replaces: isCopyingFunction,
  open: ({ assetPath }, get) => {
    const options = { s3: get(s3Service), cloudFront: get(cloudFrontService), assetPath };
    return { instance: undefined, providers: bucketDeploymentProviders(options) };
  },
});
