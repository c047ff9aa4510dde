import { LaptopService } from '../cloud/laptop-service.ts';
import { iamService } from '../iam/service.ts';
import { stsApi } from './sts-api.ts';

export const stsService: LaptopService<undefined> = new LaptopService({
  name: 'sts',
  dependsOn: [iamService],
  open: ({ credentials }, get) => {
    const { iam } = get(iamService);
    const hasRole = (arn: string): boolean => iam.role(arn) !== undefined;
    return { instance: undefined, apis: [stsApi({ credentials, hasRole })] };
  },
});
