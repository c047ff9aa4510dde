import { CustomResource, Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';

export interface OriginSecretGenerationProps {
  /** Number of this generation. */
  readonly generation: number;
  /** Function that reads the version and the digest of a secret. */
  readonly reader: SluiceFunction;
}

/** Longer than the function's three attempts; without a limit CloudFormation waits an hour for a response. */
const SERVICE_TIMEOUT = Duration.minutes(10);

/** One generation of the secret that the distribution sends to the API; a new secret is a new generation. */
export class OriginSecretGeneration extends Construct {
  /** Dynamic reference to the secret's value, which is neither in the template nor in the state of the stack. */
  readonly value: string;
  /** Digest by which the API recognizes the secret. */
  readonly digest: string;

  constructor(scope: Construct, id: string, { generation, reader }: OriginSecretGenerationProps) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      description: `Secret ${generation} that CloudFront sends to the API`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A new secret is a new generation, added by configuration, since the API must accept it before the edge sends it.',
    });
    allow(reader.role, { actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] });
    const version = new CustomResource(this, 'Version', {
      resourceType: 'Custom::OriginSecret',
      serviceToken: reader.functionArn,
      serviceTimeout: SERVICE_TIMEOUT,
      properties: { SecretArn: secret.secretArn },
    });
    // Includes the permission on a secret that has just been added.
    version.node.addDependency(reader.role);
    const versionId = version.getAttString('VersionId');
    this.value = SecretValue.secretsManager(secret.secretArn, { versionId }).unsafeUnwrap();
    this.digest = version.getAttString('Digest');
  }
}
