import { CfnOutput, Duration, Fn, RemovalPolicies, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Accounts } from '../accounts/accounts.ts';
import { Catalog } from '../catalog/catalog.ts';
import { CatalogMigration } from '../catalog/catalog-migration.ts';
import { CatalogNetwork } from '../catalog/catalog-network.ts';
import type { Config } from '../config/config.ts';
import { type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import { edgeOrigin } from '../foundation/edge-origin.ts';
import { removalPolicyFor } from '../foundation/removal-policy.ts';
import { OutputBucket } from '../storage/output-bucket.ts';
import { SourceBucket } from '../storage/source-bucket.ts';

export interface DataStackProps extends StackProps {
  readonly config: Config;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Data that outlives the other stacks: sources, encodes, catalog and accounts. It refers to no other stack. */
export class DataStack extends Stack {
  readonly source: SourceBucket;
  readonly output: OutputBucket;
  readonly catalog: Catalog;
  readonly accounts: Accounts;

  constructor(scope: Construct, id: string, { config, functions, ...props }: DataStackProps) {
    super(scope, id, props);
    const removalPolicy = removalPolicyFor(config);
    // The distribution, which refers to this stack, gets its domain name later; this pattern matches it.
    const { domain } = config.edge;
    const pagesOrigin = edgeOrigin(this, domain.kind === 'custom' ? domain.name : '*.cloudfront.net');
    const uploadOrigins = [pagesOrigin, ...config.uploadOrigins];
    this.source = new SourceBucket(this, 'Source', { uploadOrigins, removalPolicy });
    this.output = new OutputBucket(this, 'Output', {
      archivesSuperseded: config.delivery.afterGrace === 'archive',
      playerOrigins: config.corsOrigins,
      removalPolicy,
    });
    const network = new CatalogNetwork(this, 'Network');
    this.catalog = new Catalog(this, 'Catalog', {
      ...config.catalog,
      network,
      deletionProtection: config.deletionProtection,
    });
    // The network of a retained database cannot be deleted.
    for (const construct of [network, this.catalog]) RemovalPolicies.of(construct).apply(removalPolicy);
    const migration = new CatalogMigration(this, 'CatalogMigration', { catalog: this.catalog, functions });
    // Functions of versions before the roles import it, and are updated after this stack.
    this.exportValue(this.catalog.secret.secretArn);
    const domainChanger = new SluiceFunction(this, 'SignInDomain', {
      ...functions,
      name: 'sign-in-domain',
      description: 'Changes the domain of the sign-in page during a deployment',
      runsInDeploymentsOnly: true,
      timeout: Duration.minutes(5),
    });
    this.accounts = new Accounts(this, 'Accounts', {
      domainChanger,
      settings: config.accounts,
      stackPrefix: config.stackPrefix,
      deletionProtection: config.deletionProtection,
      removalPolicy,
    });

    new CfnOutput(this, 'SourceBucketName', { value: this.source.bucketName });
    new CfnOutput(this, 'OutputBucketName', { value: this.output.bucketName });
    new CfnOutput(this, 'CatalogClusterArn', { value: this.catalog.clusterArn });
    new CfnOutput(this, 'CatalogSecretArn', { value: this.catalog.secret.secretArn });
    new CfnOutput(this, 'CatalogDatabaseName', { value: this.catalog.databaseName });
    new CfnOutput(this, 'CatalogMigrationFunctionName', { value: migration.fn.functionName });
    new CfnOutput(this, 'UserPoolId', { value: this.accounts.userPool.userPoolId });
    new CfnOutput(this, 'TokenIssuer', { value: this.accounts.issuer });
  }

  /** First two zones of the region, resolved at deployment, since a lookup during synthesis would need credentials. */
  override get availabilityZones(): string[] {
    return [0, 1].map((zone) => Fn.select(zone, Fn.getAzs()));
  }
}
