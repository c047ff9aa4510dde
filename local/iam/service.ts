import { join } from 'node:path';
import { LaptopService } from '../cloud/laptop-service.ts';
import { RotatingLog } from '../durable/rotating-log.ts';
import { AccessRecord } from './access-record.ts';
import { findDeliveryDenial } from './authorize-delivery.ts';
import { Authorizer } from './authorizer.ts';
import { explainDenial } from './describe-denial.ts';
import { Iam } from './iam.ts';
import { iamProviders } from './providers.ts';

/** Roles, and the evaluation of their policies and those of resources. */
interface IamInstance {
  readonly iam: Iam;
  readonly authorizer: Authorizer;
  /** Record of the run; undefined if none was asked for. */
  readonly record: AccessRecord | undefined;
}

export const iamService: LaptopService<IamInstance> = new LaptopService({
  name: 'iam',
  open: ({ stateDirectory, directory, enforcesIam = false, accessRecord }) => {
    const iam = new Iam();
    const log = enforcesIam ? new RotatingLog(join(stateDirectory, 'logs', 'iam.log')) : undefined;
    const record = accessRecord && new AccessRecord(accessRecord.folder, accessRecord);
    const authorizer = new Authorizer({
      iam,
      enforces: enforcesIam,
      onDenied: (denial) => log?.write(`${new Date().toISOString()} ${explainDenial(denial)}\n`),
      ...(record !== undefined && { onAllowed: (request) => record.addCall(request) }),
    });
    directory.findDenial = (arn, sender) => findDeliveryDenial(authorizer, arn, sender);
    return {
      instance: { iam, authorizer, record },
      providers: iamProviders(iam),
      close: async () => void (await Promise.all([log?.close(), record?.close()])),
    };
  },
});
