import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { iamService } from '../iam/service.ts';
import { RotatingLog } from '../durable/rotating-log.ts';
import { lambdaService } from '../lambda/service.ts';
import { sqsService } from '../sqs/service.ts';
import { snsProviders } from './providers.ts';
import { snsApi } from './sns-api.ts';
import { Sns } from './sns.ts';

export const snsService: LaptopService<Sns> = new LaptopService({
  name: 'sns',
  dependsOn: [iamService],
  deliversTo: [lambdaService, sqsService],
  open: ({ directory, reportError, stateDirectory }, get) => {
    let mail: RotatingLog | undefined;
    const sns = new Sns({
      directory,
      onLost: (lost) => reportError('SNS lost a message', lost),
      // Nothing leaves the laptop: mail goes to a file.
      onEmail: (address, { subject = 'AWS Notification Message', message, time }) => {
        mail ??= new RotatingLog(join(stateDirectory, 'logs', 'email.log'));
        mail.write(`${time.toISOString()} to ${address}: ${subject}\n${message}\n`);
      },
    });
    get(iamService).authorizer.addResourcePolicies('sns', (arn) => sns.getPolicy(arn));
    return { instance: sns, apis: [snsApi(sns)], providers: snsProviders(sns), close: async () => mail?.close() };
  },
});
