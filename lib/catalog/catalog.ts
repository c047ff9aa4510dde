import { Duration, Validations } from 'aws-cdk-lib';
import { SecurityGroup, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  DatabaseSecret,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import { type CatalogRole, RIGHTS } from '../../lambdas/contracts/catalog-roles.ts';
import type { CatalogEnv, MigrateCatalogEnv } from '../../lambdas/contracts/environment.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';

export interface CatalogProps {
  /** Network with two isolated subnets in two zones. */
  readonly network: Vpc;
  /** Version of Aurora PostgreSQL, such as `17.7`. */
  readonly engineVersion: string;
  /** Minimum Aurora capacity units; 0 pauses an idle database. */
  readonly minCapacity: number;
  /** Maximum Aurora capacity units. */
  readonly maxCapacity: number;
  /** Whether a second instance in the other zone stands by for failover. */
  readonly reader: boolean;
  /** Retention of backups, in days. */
  readonly backupDays: number;
  /** Whether the cluster refuses deletion. */
  readonly deletionProtection: boolean;
}

/** Idle time before a database with a minimum of 0 pauses. */
const PAUSE_AFTER = Duration.minutes(5);
const DATABASE = 'sluice';

/** State of every upload and video: Aurora PostgreSQL Serverless v2, queried through the RDS Data API. */
export class Catalog extends Construct {
  readonly cluster: DatabaseCluster;
  readonly clusterArn: string;
  /** Unique to each cluster ever created, unlike its ARN. */
  readonly clusterResourceId: string;
  /** Credentials of the cluster's own user, who owns the schema. */
  readonly secret: ISecret;
  /** Credentials of each role, whose rights the migration assigns. */
  readonly roleSecrets: Readonly<Record<CatalogRole, ISecret>>;
  readonly databaseName = DATABASE;
  /** Instance that must exist before any statement can run. */
  readonly writer: IDependable;

  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    const { engineVersion: version } = props;
    const secret = new DatabaseSecret(this, 'Secret', { username: DATABASE });
    const [writerZone, readerZone] = props.network.availabilityZones;
    // Otherwise Aurora raises the version in a maintenance window, and the next deployment, with a lower one, is refused.
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.PostgreSQL.Minor.html
    const autoMinorVersionUpgrade = false;
    const writer = ClusterInstance.serverlessV2('Writer', {
      publiclyAccessible: false,
      autoMinorVersionUpgrade,
      ...(writerZone && { availabilityZone: writerZone }),
    });
    // Promotion tier 1 (`scaleWithWriter`): always the writer's size, and paused with it.
    const reader = ClusterInstance.serverlessV2('Reader', {
      scaleWithWriter: true,
      publiclyAccessible: false,
      autoMinorVersionUpgrade,
      ...(readerZone && { availabilityZone: readerZone }),
    });
    const cluster = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.of(version, version.replace(/\..*/, '')) }),
      autoMinorVersionUpgrade,
      writer,
      readers: props.reader ? [reader] : [],
      vpc: props.network,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      // No traffic in either direction: the RDS Data API does not use the network.
      securityGroups: [new SecurityGroup(this, 'Firewall', { vpc: props.network, allowAllOutbound: false })],
      enableDataApi: true,
      credentials: Credentials.fromSecret(secret),
      defaultDatabaseName: DATABASE,
      serverlessV2MinCapacity: props.minCapacity,
      serverlessV2MaxCapacity: props.maxCapacity,
      ...(props.minCapacity === 0 && { serverlessV2AutoPauseDuration: PAUSE_AFTER }),
      storageEncrypted: true,
      iamAuthentication: true,
      backup: { retention: Duration.days(props.backupDays) },
      copyTagsToSnapshot: true,
      deletionProtection: props.deletionProtection,
    });
    this.cluster = cluster;
    this.clusterArn = cluster.clusterArn;
    this.clusterResourceId = cluster.clusterResourceIdentifier;
    // The attachment of the same secret, which also names the cluster.
    this.secret = cluster.secret ?? secret;
    this.writer = cluster.node.findChild('Writer');
    // The Data API takes an ARN of at most 100 characters, and with it a name of about forty.
    this.roleSecrets = { chain: this.#makeSecret('Chain', 'chain'), api: this.#makeSecret('Api', 'api') };

    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Rotation would need a function inside the network and a route out of it; ' +
        'the password works only through the Data API, which IAM protects.',
    });
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'The port is not reachable from any network, whatever its number.',
    });
    if (!props.deletionProtection) {
      Validations.of(cluster).acknowledge({
        id: 'AwsSolutions-RDS10',
        reason: 'The configuration turned deletion protection off.',
      });
    }
  }

  /** Lets a function use the catalog with the rights of a role, in single statements. */
  grantAccess(fn: SluiceFunction, role: CatalogRole): void {
    this.#grantStatements(fn, this.roleSecrets[role]);
  }

  /** Lets a function migrate the schema, in transactions too, and give the roles their passwords and rights. */
  grantMigration(fn: SluiceFunction): void {
    this.#grantStatements(fn, this.secret);
    allow(fn.role, {
      actions: ['rds-data:BeginTransaction', 'rds-data:CommitTransaction', 'rds-data:RollbackTransaction'],
      resources: [this.clusterArn],
    });
    const { chain, api } = this.roleSecrets;
    allow(fn.role, { actions: ['secretsmanager:GetSecretValue'], resources: [chain.secretArn, api.secretArn] });
    fn.addVariables({
      CHAIN_SECRET_ARN: chain.secretArn,
      API_SECRET_ARN: api.secretArn,
    } satisfies Environment<Omit<MigrateCatalogEnv, keyof CatalogEnv>>);
  }

  /** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html */
  #grantStatements(fn: SluiceFunction, { secretArn }: ISecret): void {
    allow(fn.role, { actions: ['rds-data:ExecuteStatement'], resources: [this.clusterArn] });
    allow(fn.role, { actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] });
    fn.addVariables({
      CATALOG_CLUSTER_ARN: this.clusterArn,
      CATALOG_SECRET_ARN: secretArn,
      CATALOG_DATABASE: this.databaseName,
    } satisfies Environment<CatalogEnv>);
  }

  #makeSecret(id: string, role: CatalogRole): ISecret {
    const secret = new DatabaseSecret(this, id, { username: RIGHTS[role].roleName });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'An operator changes the password and runs the migration again, which gives it to the role.',
    });
    return secret;
  }
}
