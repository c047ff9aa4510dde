import { regionalArn } from '../cloud/account.ts';
import { LaptopService } from '../cloud/laptop-service.ts';
import type { ResourceProvider } from '../cloud/resource.ts';
import { stableUuid } from '../cloud/stable-id.ts';

/** Keys are recorded only: nothing on the laptop is encrypted with them. */
export const kmsService: LaptopService<undefined> = new LaptopService({
  name: 'kms',
  open: () => ({ instance: undefined, providers: [keyProvider, aliasProvider] }),
});

const keyProvider: ResourceProvider = {
  type: 'AWS::KMS::Key',
  supportedProperties: [],
  provision: async ({ physicalName }) => {
    const keyId = stableUuid(physicalName);
    return { ref: keyId, attributes: { Arn: regionalArn('kms', `key/${keyId}`), KeyId: keyId } };
  },
};

const aliasProvider: ResourceProvider = {
  type: 'AWS::KMS::Alias',
  supportedProperties: ['AliasName'],
  provision: async ({ properties }) => ({ ref: String(properties['AliasName']) }),
};
