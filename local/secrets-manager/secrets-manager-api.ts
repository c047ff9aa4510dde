import * as z from 'zod';
import type { ApiService } from '../aws-api/api-service.ts';
import { regionalArn } from '../cloud/account.ts';
import { type AccessTable, type ApiInput, jsonOperation, jsonService } from '../aws-api/json-operations.ts';
import type { SecretsManager } from './secrets-manager.ts';

const valueShape = {
  SecretString: z.string().optional(),
  SecretBinary: z.base64().optional(),
  /** Id of the version, so that a retried request creates no second version. */
  ClientRequestToken: z.string().min(32).max(64).optional(),
};
const onSecret = z.object({ SecretId: z.string() });

function toSeconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
function secretsAccess(
  secrets: SecretsManager,
): AccessTable<'GetSecretValue' | 'PutSecretValue' | 'CreateSecret' | 'DescribeSecret'> {
  const onSecretOf = (action: string) => (input: ApiInput) => [{ action, resource: secrets.getArn(input.text('SecretId')) }];
  return {
    GetSecretValue: onSecretOf('secretsmanager:GetSecretValue'),
    PutSecretValue: onSecretOf('secretsmanager:PutSecretValue'),
    DescribeSecret: onSecretOf('secretsmanager:DescribeSecret'),
    // AWS appends six random characters to the name; policies match them with a wildcard.
    CreateSecret: (input) => [
      { action: 'secretsmanager:CreateSecret', resource: regionalArn('secretsmanager', `secret:${input.text('Name')}-AbCdEf`) },
    ],
  };
}

/** Makes the supported part of the Secrets Manager API. */
export function secretsManagerApi(secrets: SecretsManager): ApiService {
  return jsonService('secretsmanager', 'secretsmanager', secretsAccess(secrets), {
    GetSecretValue: jsonOperation(
      onSecret.extend({ VersionId: z.string().optional(), VersionStage: z.string().optional() }),
      (input) => {
        const secret = secrets.find(input.SecretId);
        const [id, version] = secrets.findVersion(secret, { id: input.VersionId, stage: input.VersionStage });
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: id,
          VersionStages: version.stages,
          SecretString: version.secretString,
          SecretBinary: version.secretBinary,
          CreatedDate: toSeconds(version.createdAt),
        };
      },
    ),
    PutSecretValue: jsonOperation(
      onSecret.extend({ ...valueShape, VersionStages: z.array(z.string()).min(1).max(20).optional() }),
      (input) => {
        const value = { secretString: input.SecretString, secretBinary: input.SecretBinary };
        const id = secrets.put(input.SecretId, value, {
          token: input.ClientRequestToken,
          ...(input.VersionStages && { stages: input.VersionStages }),
        });
        const secret = secrets.find(input.SecretId);
        return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: secret.versions[id]?.stages };
      },
    ),
    CreateSecret: jsonOperation(
      z.object({ ...valueShape, Name: z.string().regex(/^[\w/+=.@-]{1,512}$/), Description: z.string().optional() }),
      (input) => {
        const value = { secretString: input.SecretString, secretBinary: input.SecretBinary };
        const { arn, name, versions } = secrets.create(input.Name, input.Description, value, input.ClientRequestToken);
        return { ARN: arn, Name: name, VersionId: Object.keys(versions)[0] };
      },
    ),
    DescribeSecret: jsonOperation(onSecret, (input) => {
      const secret = secrets.find(input.SecretId);
      return {
        ARN: secret.arn,
        Name: secret.name,
        Description: secret.description,
        CreatedDate: toSeconds(secret.createdAt),
        LastChangedDate: toSeconds(secret.changedAt),
        VersionIdsToStages: Object.fromEntries(Object.entries(secret.versions).map(([id, { stages }]) => [id, stages])),
      };
    }),
  });
}
