import * as z from 'zod';
import type { ApiService } from '../aws-api/api-service.ts';
import { type AccessTable, type ApiInput, jsonOperation, jsonService } from '../aws-api/json-operations.ts';
import { regionalArn } from '../cloud/account.ts';
import type { UserPools } from './user-pools.ts';

const onPool = z.object({ UserPoolId: z.string() });
/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html */
const domain = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
const onDomain = onPool.extend({ Domain: domain });
const INVALID = 'InvalidParameterException';

type Operation = 'DescribeUserPool' | 'CreateUserPoolDomain' | 'DeleteUserPoolDomain';

function onPoolOf(action: string) {
  return (input: ApiInput) => [{ action, resource: regionalArn('cognito-idp', `userpool/${input.text('UserPoolId')}`) }];
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html */
const ACCESS: AccessTable<Operation> = {
  DescribeUserPool: onPoolOf('cognito-idp:DescribeUserPool'),
  CreateUserPoolDomain: onPoolOf('cognito-idp:CreateUserPoolDomain'),
  DeleteUserPoolDomain: onPoolOf('cognito-idp:DeleteUserPoolDomain'),
};

/** Makes the supported part of the API of user pools. */
export function poolApi(pools: UserPools): ApiService {
  return jsonService<Operation>('cognito-idp', 'AWSCognitoIdentityProviderService', ACCESS, {
    DescribeUserPool: jsonOperation(
      onPool,
      ({ UserPoolId }) => ({ UserPool: { Id: pools.pool(UserPoolId).id, Domain: pools.domainOf(UserPoolId) } }),
      INVALID,
    ),
    CreateUserPoolDomain: jsonOperation(
      onDomain.extend({ ManagedLoginVersion: z.union([z.literal(1), z.literal(2)]).optional() }),
      ({ UserPoolId, Domain, ManagedLoginVersion }) => {
        pools.createDomain(pools.pool(UserPoolId).id, Domain);
        return { ManagedLoginVersion };
      },
      INVALID,
    ),
    DeleteUserPoolDomain: jsonOperation(
      onDomain,
      ({ UserPoolId, Domain }) => {
        pools.deleteDomain(UserPoolId, Domain);
        return {};
      },
      INVALID,
    ),
  });
}
