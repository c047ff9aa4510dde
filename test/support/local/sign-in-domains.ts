import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { currentDomainHooks, initialDomainHooks } from '../../../lambdas/sign-in-domain/domain-hooks.ts';
import type { CustomResourceHooks } from '../../../lambdas/runtime/custom-resource.ts';
import type { PoolDomain } from '../../../lambdas/sign-in-domain/change-domain.ts';
import type { UserPools } from '../../../local/cognito/user-pools.ts';
import type { Resource } from '../../../local/cloud/resource.ts';
import type { CustomResourceProtocol } from '../../../local/template/resource-handlers.ts';
import { PartlyCreatedError } from '../../../local/template/stack-errors.ts';

/** Returns the domain of a pool of the laptop cloud, without its API. */
export function laptopDomain(pools: UserPools, poolId: string): PoolDomain {
  return {
    find: async () => pools.domainOf(poolId),
    create: async (prefix) => pools.createDomain(poolId, prefix),
    delete: async (prefix) => pools.deleteDomain(poolId, prefix),
  };
}

/** Makes the sign-in page's custom resources run their real hooks in this process; others stay as they are. */
export function withSignInDomains(others: CustomResourceProtocol, pools: UserPools): CustomResourceProtocol {
  const context = { domainOf: (poolId: string) => laptopDomain(pools, poolId), pause: async () => undefined };
  const hooks: Readonly<Record<string, CustomResourceHooks | undefined>> = {
    'Custom::InitialSignInDomain': initialDomainHooks(context),
    'Custom::SignInDomain': currentDomainHooks(context),
  };
  return {
    create: async (resource) => {
      const provisioned = await others.create(resource);
      const own = hooks[resource.type];
      if (own === undefined) return provisioned;
      try {
        const created = await own.onCreate(eventOf(resource, 'Create'));
        return { ref: created?.physicalId ?? provisioned.ref, attributes: created?.data ?? {} };
      } catch (cause) {
        throw new PartlyCreatedError(String(cause), provisioned.ref, { cause });
      }
    },
    update: async (resource, before, ref) => {
      const provisioned = await others.update(resource, before, ref);
      const own = hooks[resource.type];
      if (own === undefined) return provisioned;
      return { ref, attributes: (await own.onUpdate(eventOf(resource, 'Update', ref)))?.data ?? {} };
    },
    delete: async (resource, ref) => {
      await others.delete(resource, ref);
      await hooks[resource.type]?.onDelete?.(eventOf(resource, 'Delete', ref));
    },
  };
}

function eventOf<Type extends CloudFormationCustomResourceEvent['RequestType']>(
  { properties }: Resource,
  RequestType: Type,
  PhysicalResourceId?: string,
): CloudFormationCustomResourceEvent & { RequestType: Type } {
  const event = { RequestType, PhysicalResourceId, ResourceProperties: properties };
  return event as unknown as CloudFormationCustomResourceEvent & { RequestType: Type };
}
