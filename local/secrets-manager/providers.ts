import * as z from 'zod';
import type { Resource, ResourceProvider } from '../cloud/resource.ts';
import { stableHex } from '../cloud/stable-id.ts';
import { generateSecretString, generateSecretStringSchema } from './generate-password.ts';
import { CURRENT, findLabeledVersion } from './secret.ts';
import type { SecretsManager } from './secrets-manager.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html */
const secretSchema = z.object({
  Name: z.string().optional(),
  Description: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: generateSecretStringSchema.optional(),
});

const attachmentSchema = z.object({
  SecretId: z.string(),
  TargetId: z.string(),
  TargetType: z.enum(['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance']),
});

const objectSchema = z.record(z.string(), z.unknown());

export function secretsManagerProviders(secrets: SecretsManager): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::SecretsManager::Secret',
      supportedProperties: Object.keys(secretSchema.shape),
      provision: async (resource) => {
        const given = secretSchema.parse(resource.properties);
        const secret = secrets.open(nameOf(resource), given.Description);
        const current = findLabeledVersion(secret, CURRENT)?.[1];
        if (given.SecretString !== undefined) {
          if (current === undefined) secrets.put(secret.arn, { secretString: given.SecretString });
        } else if (given.GenerateSecretString !== undefined && current === undefined) {
          secrets.put(secret.arn, { secretString: generateSecretString(given.GenerateSecretString) });
        }
        return { ref: secret.arn, attributes: { Id: secret.arn } };
      },
      delete: async (resource) => secrets.delete(nameOf(resource)),
    },
    {
      // On AWS it adds the database's address to the credentials. On the laptop only the Data API reaches the database.
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secrettargetattachment.html
      type: 'AWS::SecretsManager::SecretTargetAttachment',
      supportedProperties: Object.keys(attachmentSchema.shape),
      provision: async ({ properties }) => {
        const { SecretId, TargetId, TargetType } = attachmentSchema.parse(properties);
        const secret = secrets.find(SecretId);
        const before = findLabeledVersion(secret, CURRENT)?.[1].secretString ?? '{}';
        const identifier = TargetType === 'AWS::RDS::DBCluster' ? 'dbClusterIdentifier' : 'dbInstanceIdentifier';
        const after = JSON.stringify({
          ...objectSchema.parse(JSON.parse(before)),
          engine: 'postgres',
          host: '127.0.0.1',
          port: 5432,
          [identifier]: TargetId,
        });
        if (after !== before) secrets.put(secret.arn, { secretString: after });
        return { ref: secret.arn, attributes: { Id: secret.arn } };
      },
    },
  ];
}

function nameOf({ properties, logicalId, physicalName }: Resource): string {
  return secretSchema.parse(properties).Name ?? `${logicalId}-${stableHex(physicalName, 12)}`;
}
