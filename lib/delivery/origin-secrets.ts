import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ApiEnv } from '../../lambdas/contracts/environment.ts';
import { ORIGIN_SECRET_HEADER } from '../../lambdas/contracts/origin-secret.ts';
import { type Environment, type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { OriginSecretGeneration } from './origin-secret-generation.ts';

export interface OriginSecretsProps {
  /** Generations that the API accepts. */
  readonly generations: readonly number[];
  /** Generation that the distribution sends. */
  readonly current: number;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/**
 * Secrets that the API accepts, and the one that the distribution sends, so that requests to the API's own address are
 * refused: they would pass by the edge's cache, its functions and a web ACL. Rotation takes three deployments, so that the API
 * always accepts what an edge location sends.
 */
export class OriginSecrets extends Construct {
  /** Header that the distribution adds to requests to the API. */
  readonly headers: Readonly<Record<string, string>>;
  readonly #generations: readonly OriginSecretGeneration[];

  constructor(scope: Construct, id: string, props: OriginSecretsProps) {
    super(scope, id);
    const reader = new SluiceFunction(this, 'Reader', {
      ...props.functions,
      name: 'origin-secret',
      description: 'Reads the version of a generated origin secret during a deployment',
      // Longer than the minute for which it repeats a denied request.
      runsInDeploymentsOnly: true,
      timeout: Duration.minutes(2),
    });
    const generations = new Map(
      props.generations.map((generation) => {
        const construct = new OriginSecretGeneration(this, `Generation${generation}`, { generation, reader });
        return [generation, construct];
      }),
    );
    const current = generations.get(props.current);
    if (current === undefined) {
      throw new Error(`Generation ${props.current} cannot be sent; generations: ${props.generations.join(', ')}`);
    }
    this.#generations = [...generations.values()];
    this.headers = { [ORIGIN_SECRET_HEADER]: current.value };
  }

  /** Gives a function the digests of the accepted secrets. */
  addDigests(fn: SluiceFunction): void {
    fn.addVariables({
      ORIGIN_SECRET_DIGESTS: this.#generations.map(({ digest }) => digest).join(' '),
    } satisfies Environment<Pick<ApiEnv, 'ORIGIN_SECRET_DIGESTS'>>);
  }
}
