import { LaptopService } from '../cloud/laptop-service.ts';
import { Iam } from './iam.ts';
import { iamProviders } from './providers.ts';

export const iamService: LaptopService<Iam> = new LaptopService({
  name: 'iam',
  open: () => {
    const iam = new Iam();
    return { instance: iam, providers: iamProviders(iam) };
  },
});
