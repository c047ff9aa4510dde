import { ACCOUNT_ID, REGION } from '../cloud/account.ts';
import { LaptopService } from '../cloud/laptop-service.ts';
import { stableHex } from '../cloud/stable-id.ts';

/** Web ACLs of AWS WAF. The laptop inspects no requests, so that they only receive ids. */
export const wafService: LaptopService<undefined> = new LaptopService({
  name: 'waf',
  open: () => ({
    instance: undefined,
    providers: [
      {
        type: 'AWS::WAFv2::WebACL',
        supportedProperties: [],
        provision: async ({ logicalId, physicalName }) => {
          const id = stableHex(`${ACCOUNT_ID}/${physicalName}`, 32);
          const arn = `arn:aws:wafv2:${REGION}:${ACCOUNT_ID}:global/webacl/${logicalId}/${id}`;
          return { ref: `${logicalId}|${id}|CLOUDFRONT`, attributes: { Arn: arn, Id: id, Capacity: 0 } };
        },
      },
    ],
  }),
});
