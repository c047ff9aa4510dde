import { LaptopService } from '../cloud/laptop-service.ts';
import { lambdaService } from '../lambda/service.ts';
import { ApiGateway } from './api-gateway.ts';
import { apiGatewayProviders } from './providers.ts';

export const apiGatewayService: LaptopService<ApiGateway> = new LaptopService({
  name: 'api-gateway',
  dependsOn: [lambdaService],
  open: ({ directory, reportError }, get) => {
    const gateway = new ApiGateway({
      lambda: get(lambdaService),
      findDenial: (functionArn, sender) => directory.findDenial(functionArn, sender),
      onFailure: (what, error) => reportError(`The API failed: ${what}`, error),
    });
    return { instance: gateway, providers: apiGatewayProviders(gateway) };
  },
});
