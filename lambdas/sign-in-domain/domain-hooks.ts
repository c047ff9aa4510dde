import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import * as z from 'zod';
import type { CustomResourceHooks } from '../runtime/custom-resource.ts';
import { changeDomain, type PoolDomain } from './change-domain.ts';

const initialSchema = z.object({ UserPoolId: z.string().min(1), Domain: z.string().min(1) });
const currentSchema = initialSchema.extend({ InitialDomain: z.string().min(1) });

export interface DomainContext {
  readonly domainOf: (poolId: string) => PoolDomain;
  /** Waits between two looks at a pool. */
  readonly pause: () => Promise<unknown>;
}

/**
 * Makes the hooks of `Custom::InitialSignInDomain`, the prefix that CloudFormation's own resource keeps for ever: that of the
 * pool's domain when the resource is created, or else the wanted one. Its physical id remembers the prefix.
 */
export function initialDomainHooks({ domainOf }: DomainContext): CustomResourceHooks {
  return {
    onCreate: async ({ ResourceProperties: properties }) => {
      const { UserPoolId, Domain } = initialSchema.parse(properties);
      const prefix = (await domainOf(UserPoolId).find()) ?? Domain;
      return { physicalId: prefix, data: { Domain: prefix } };
    },
    onUpdate: async ({ PhysicalResourceId: prefix }) => ({ data: { Domain: prefix } }),
  };
}

/**
 * Makes the hooks of `Custom::SignInDomain`, the domain that a pool has now. On delete the pool gets back its initial domain,
 * which CloudFormation then deletes by its own resource, or keeps if only an update is rolled back.
 */
export function currentDomainHooks({ domainOf, pause }: DomainContext): CustomResourceHooks {
  const change = async (
    { ResourceProperties: properties }: CloudFormationCustomResourceEvent,
    which: 'Domain' | 'InitialDomain',
  ): Promise<void> => {
    const parsed = currentSchema.parse(properties);
    await changeDomain(domainOf(parsed.UserPoolId), parsed[which], pause);
  };
  return {
    onCreate: (event) => change(event, 'Domain'),
    onUpdate: (event) => change(event, 'Domain'),
    onDelete: (event) => change(event, 'InitialDomain'),
  };
}
