import { CustomResource, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PublicKey } from 'aws-cdk-lib/aws-cloudfront';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';

export interface SigningKeyGenerationProps {
  /** Number of this generation. */
  readonly generation: number;
  /** Function that generates key pairs. */
  readonly generator: SluiceFunction;
}

/** Longer than the function's three attempts; without a limit CloudFormation waits an hour for a response. */
const SERVICE_TIMEOUT = Duration.minutes(10);

/**
 * One generation of the key pair that signs URLs, generated during the deployment; the private key exists only in a
 * secret. The PEM of a public key can never change, so a new key is a new generation with its own logical ids.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-publickey.html
 */
export class SigningKeyGeneration extends Construct {
  readonly publicKey: PublicKey;
  readonly publicKeyPem: string;
  readonly secret: ISecret;

  constructor(scope: Construct, id: string, props: SigningKeyGenerationProps) {
    super(scope, id);
    this.secret = new Secret(this, 'KeyPair', {
      description: `Key pair ${props.generation} that signs URLs of videos`,
      // Signed URLs work only while the deployment exists, so the key need not outlive it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A new key is a new generation, added by configuration, since CloudFront must trust it before it signs.',
    });
    // It reads back what it wrote, so that every update of the resource returns the same public key.
    allow(props.generator.role, {
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      resources: [this.secret.secretArn],
    });
    const pair = new CustomResource(this, 'Pair', {
      resourceType: 'Custom::SigningKeyPair',
      serviceToken: props.generator.functionArn,
      serviceTimeout: SERVICE_TIMEOUT,
      properties: { SecretArn: this.secret.secretArn },
    });
    // Includes the permission on a secret that has just been added.
    pair.node.addDependency(props.generator.role);
    this.publicKeyPem = pair.getAttString('PublicKeyPem');
    this.publicKey = new PublicKey(this, 'PublicKey', {
      encodedKey: this.publicKeyPem,
      comment: `Verifies URLs of videos, generation ${props.generation}`,
    });
  }
}
