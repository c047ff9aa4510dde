import { join } from 'node:path';
import { apiGatewayService } from '../api-gateway/service.ts';
import { LaptopService } from '../cloud/laptop-service.ts';
import { iamService } from '../iam/service.ts';
import { lambdaService } from '../lambda/service.ts';
import { s3Service } from '../s3/service.ts';
import { CloudFront } from './cloudfront.ts';
import { edgeOrigins } from './edge-origins.ts';
import { invalidationApi } from './invalidation-api.ts';
import { cloudFrontProviders } from './providers.ts';

export const cloudFrontService: LaptopService<CloudFront> = new LaptopService({
  name: 'cloudfront',
  dependsOn: [s3Service, lambdaService, apiGatewayService, iamService],
  open: async ({ stateDirectory, habits, reportError }, get) => {
    const cloudFront = await CloudFront.open({
      dir: join(stateDirectory, 'edge'),
      origins: edgeOrigins(get(s3Service), get(lambdaService), get(apiGatewayService), get(iamService).authorizer),
      onError: (error) => reportError('The edge failed to respond', error),
    });
    return {
      instance: cloudFront,
      apis: [invalidationApi(cloudFront, { habits })],
      providers: cloudFrontProviders(cloudFront),
      close: () => cloudFront.close(),
    };
  },
});
