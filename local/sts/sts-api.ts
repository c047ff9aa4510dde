import * as z from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import type { Credentials } from '../aws-api/credentials.ts';
import type { ApiService, Caller } from '../aws-api/api-service.ts';
import { ACCOUNT_ID, PARTITION } from '../cloud/account.ts';
import type { AccessTable } from '../aws-api/json-operations.ts';
import { queryOperation, queryService } from '../aws-api/query-operations.ts';
import { roleId } from '../iam/iam.ts';

const ROLE_ARN = new RegExp(`^arn:${PARTITION}:iam::${ACCOUNT_ID}:role/(?:[\\w/+=,.@-]*/)?(?<name>[\\w+=,.@-]{1,64})$`);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
const STS_ACCESS: AccessTable<'GetCallerIdentity' | 'AssumeRole'> = {
  // Needs no permissions. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  GetCallerIdentity: () => [],
  AssumeRole: (input) => [{ action: 'sts:AssumeRole', resource: input.text('RoleArn') }],
};

interface StsOptions {
  readonly credentials: Pick<Credentials, 'forRole'>;
  /** Whether the template contains the role. */
  readonly hasRole: (roleArn: string) => boolean;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html */
export function stsApi({ credentials, hasRole }: StsOptions): ApiService {
  return queryService('sts', 'https://sts.amazonaws.com/doc/2011-06-15/', STS_ACCESS, {
    GetCallerIdentity: queryOperation(z.object({}), (_input, { caller }) => ({
      Arn: caller.principalArn,
      UserId: userIdOf(caller),
      Account: ACCOUNT_ID,
    })),
    AssumeRole: queryOperation(
      z.object({
        RoleArn: z.string(),
        RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
        DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
      }),
      ({ RoleArn: roleArn, RoleSessionName: session, DurationSeconds: seconds }, { caller }) => {
        const role = ROLE_ARN.exec(roleArn)?.groups?.['name'];
        if (role === undefined || !hasRole(roleArn)) {
          throw new ApiError(
            'AccessDenied',
            403,
            `User: ${caller.principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
          );
        }
        const keys = credentials.forRole(roleArn, session, seconds * 1000);
        return {
          Credentials: {
            AccessKeyId: keys.accessKeyId,
            SecretAccessKey: keys.secretAccessKey,
            SessionToken: keys.sessionToken,
            Expiration: keys.expiresAt.toISOString(),
          },
          AssumedRoleUser: {
            AssumedRoleId: `${roleId(roleArn)}:${session}`,
            Arn: `arn:${PARTITION}:sts::${ACCOUNT_ID}:assumed-role/${role}/${session}`,
          },
        };
      },
    ),
  });
}

function userIdOf({ principalArn, roleArn }: Caller): string {
  if (roleArn === undefined) return ACCOUNT_ID;
  return `${roleId(roleArn)}:${principalArn.slice(principalArn.lastIndexOf('/') + 1)}`;
}
