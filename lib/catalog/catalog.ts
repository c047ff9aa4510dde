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
import type { CatalogEnv } from '../../lambdas/contracts/environment.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';

export interface CatalogProps {
  /** Network with two isolated subnets in two zones. */
  readonly network: Vpc;
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
  readonly clusterArn: string;
  /** Unique to each cluster ever created, unlike its ARN. */
  readonly clusterResourceId: string;
  readonly secret: ISecret;
  readonly databaseName = DATABASE;
  /** Instance that must exist before any statement can run. */
  readonly writer: IDependable;

  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    const secret = new DatabaseSecret(this, 'Secret', { username: DATABASE });
    const [writerZone, readerZone] = props.network.availabilityZones;
    const writer = ClusterInstance.serverlessV2('Writer', {
      publiclyAccessible: false,
      ...(writerZone && { availabilityZone: writerZone }),
    });
    // Promotion tier 1 (`scaleWithWriter`): always the writer's size, and paused with it.
    const reader = ClusterInstance.serverlessV2('Reader', {
      scaleWithWriter: true,
      publiclyAccessible: false,
      ...(readerZone && { availabilityZone: readerZone }),
    });
    const cluster = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
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
    this.clusterArn = cluster.clusterArn;
    this.clusterResourceId = cluster.clusterResourceIdentifier;
    // The attachment of the same secret, which also names the cluster.
    this.secret = cluster.secret ?? secret;
    this.writer = cluster.node.findChild('Writer');

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

  /**
   * Lets a function read and change the catalog with single statements.
   * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
   */
  grantAccess(fn: SluiceFunction): void {
    allow(fn.role, { actions: ['rds-data:ExecuteStatement'], resources: [this.clusterArn] });
    allow(fn.role, { actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] });
    fn.addVariables({
      CATALOG_CLUSTER_ARN: this.clusterArn,
      CATALOG_SECRET_ARN: this.secret.secretArn,
      CATALOG_DATABASE: this.databaseName,
    } satisfies Environment<CatalogEnv>);
  }

  /** Lets a function read and change the catalog, also in transactions, which migrations need. */
  grantTransactions(fn: SluiceFunction): void {
    this.grantAccess(fn);
    allow(fn.role, {
      actions: ['rds-data:BeginTransaction', 'rds-data:CommitTransaction', 'rds-data:RollbackTransaction'],
      resources: [this.clusterArn],
    });
  }
}
