import {
  type CognitoIdentityProviderClient,
  CreateUserPoolDomainCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { PoolDomain } from './change-domain.ts';

/** The newer managed login, the only one with all languages of the app. */
const MANAGED_LOGIN_VERSION = 2;

/**
 * The prefix domain of a user pool. `DescribeUserPool` shows it, and unlike `DescribeUserPoolDomain` can be allowed for one
 * pool.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
 */
export function cognitoDomain(client: CognitoIdentityProviderClient, UserPoolId: string): PoolDomain {
  return {
    find: async () => (await client.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool?.Domain,
    create: async (Domain) => {
      const ManagedLoginVersion = MANAGED_LOGIN_VERSION;
      await client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion }));
    },
    delete: async (Domain) => {
      await client.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain }));
    },
  };
}
