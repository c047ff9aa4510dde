import { Duration } from 'aws-cdk-lib';
import { KeyGroup } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { PlaybackEnv, PlaylistEnv } from '../../lambdas/contracts/environment.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';
import { SigningKeyGeneration } from './signing-key-generation.ts';

export interface SigningKeysProps {
  /** Generations whose signatures the edge accepts. */
  readonly generations: readonly number[];
  /** Generation that signs. */
  readonly current: number;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/**
 * Keys that the edge trusts, and the one that signs. Rotation takes three deployments, so that the edge always trusts
 * the signing key and URLs signed earlier stay valid until they expire.
 */
export class SigningKeys extends Construct {
  readonly keyGroup: KeyGroup;
  readonly #current: SigningKeyGeneration;
  readonly #generations: readonly SigningKeyGeneration[];

  constructor(scope: Construct, id: string, props: SigningKeysProps) {
    super(scope, id);
    const generator = new SluiceFunction(this, 'Maker', {
      ...props.functions,
      name: 'signing-key',
      description: 'Generates the signing key pair of a generation during a deployment',
      // Longer than the minute for which it repeats a denied request.
      runsInDeploymentsOnly: true,
      timeout: Duration.minutes(2),
    });
    const generations = new Map(
      props.generations.map((generation) => {
        const construct = new SigningKeyGeneration(this, `Generation${generation}`, { generation, generator });
        return [generation, construct];
      }),
    );
    const current = generations.get(props.current);
    if (current === undefined) {
      throw new Error(`Generation ${props.current} cannot sign; generations: ${props.generations.join(', ')}`);
    }
    this.#current = current;
    this.#generations = [...generations.values()];
    this.keyGroup = new KeyGroup(this, 'KeyGroup', {
      items: this.#generations.map(({ publicKey }) => publicKey),
      comment: 'Keys whose signatures are accepted for videos',
    });
  }

  /**
   * Gives a function the public keys of all trusted generations, with which it verifies signatures without calling AWS.
   * Five keys take 1 KB of the 4 KB that an environment may have.
   */
  addPublicKeys(fn: SluiceFunction): void {
    const keys = this.#generations.map(({ publicKey, publicKeyPem }) => `${publicKey.publicKeyId} ${publicKeyPem}`);
    fn.addVariables({
      PLAYBACK_PUBLIC_KEYS: keys.join('\n'),
    } satisfies Environment<Pick<PlaylistEnv, 'PLAYBACK_PUBLIC_KEYS'>>);
  }

  /**
   * Lets a function sign with the current key. Only `playback`, `api` and `link-preview` may have this
   * permission.
   *
   * The function may also read the other trusted keys. CloudFormation changes permissions before it changes the
   * function, and IAM propagates them slowly: if only the current key were readable, an environment started during the
   * deployment that switches keys might be able to read neither.
   */
  grantSign(fn: SluiceFunction): void {
    const { publicKey, secret } = this.#current;
    const secrets = this.#generations.map((generation) => generation.secret.secretArn);
    allow(fn.role, { actions: ['secretsmanager:GetSecretValue'], resources: secrets });
    fn.addVariables({
      SIGNING_KEY_PAIR_ID: publicKey.publicKeyId,
      SIGNING_KEY_SECRET_ARN: secret.secretArn,
    } satisfies Environment<Pick<PlaybackEnv, 'SIGNING_KEY_PAIR_ID' | 'SIGNING_KEY_SECRET_ARN'>>);
  }
}
