import { join } from 'node:path';
import { apiGatewayService } from '../api-gateway/service.ts';
import { LaptopService } from '../cloud/laptop-service.ts';
import { lambdaService } from '../lambda/service.ts';
import { s3Service } from '../s3/service.ts';
import { CloudFront } from './cloudfront.ts';
import { edgeOrigins } from './edge-origins.ts';
import { invalidationApi } from './invalidation-api.ts';
import { cloudFrontProviders } from './providers.ts';

export const cloudFrontService: LaptopService<CloudFront> = new LaptopService({
  name: 'cloudfront',
  dependsOn: [s3Service, lambdaService, apiGatewayService],
  open: async ({ stateDirectory, reportError }, get) => {
    const cloudFront = await CloudFront.open({
      dir: join(stateDirectory, 'edge'),
      origins: edgeOrigins(get(s3Service), get(lambdaService), get(apiGatewayService)),
      onError: (error) => reportError('The edge failed to respond', error),
    });
    return {
      instance: cloudFront,
      apis: [invalidationApi(cloudFront)],
      providers: cloudFrontProviders(cloudFront),
      close: () => cloudFront.close(),
    };
  },
});
