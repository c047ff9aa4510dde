import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { iamService } from '../iam/service.ts';
import { sqsService } from '../sqs/service.ts';
import { lambdaApi } from './lambda-api.ts';
import { Lambda } from './lambda.ts';
import { lambdaProviders } from './providers.ts';

export const lambdaService: LaptopService<Lambda> = new LaptopService({
  name: 'lambda',
  dependsOn: [sqsService, iamService],
  callsApis: true,
  open: async (context, get) => {
    const { stateDirectory, directory, credentials, endpoint, functionLimits, habits, assetPath, isReplacedLocally } = context;
    const lambda = await Lambda.open({
      dir: join(stateDirectory, 'lambda'),
      logsDir: join(stateDirectory, 'logs'),
      directory,
      credentials,
      endpoint,
      habits,
      onRepair: context.reportRepair,
      onError: context.reportError,
      // More processes than cores would only start more slowly.
      concurrency: Math.max(2, availableParallelism()),
      ...functionLimits,
    });
    const sqs = get(sqsService);
    const { authorizer } = get(iamService);
    authorizer.addResourcePolicies('lambda', (arn) => lambda.list().find((one) => one.configuration.arn === arn)?.policy);
    return {
      instance: lambda,
      apis: [lambdaApi(lambda)],
      providers: lambdaProviders({ lambda, sqs, authorizer, assetPath, isReplacedLocally }),
      start: () => lambda.start(),
      prepareToClose: () => lambda.prepareToClose(),
      close: () => lambda.close(),
    };
  },
});
