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
import type { CatalogEnv } from '../../lambdas/runtime/catalog-env.ts';
import type { Environment, SluiceFunction } from '../foundation/sluice-function.ts';
import { allow } from '../foundation/allow.ts';

export interface CatalogProps {
  /** Network with two isolated subnets in two zones. */
  readonly network: Vpc;
  /** Aurora capacity units; at 0 the database pauses when it is not asked. */
  readonly minCapacity: number;
  /** Aurora capacity units that it grows to. */
  readonly maxCapacity: number;
  /** A second instance in the other zone, ready to take over. */
  readonly reader: boolean;
  /** How long backups are kept, in days. */
  readonly backupDays: number;
  /** Refuses deletion. */
  readonly deletionProtection: boolean;
}

/** After how long without a question a database with a minimum of 0 pauses. */
const PAUSE_AFTER = Duration.minutes(5);
const DATABASE = 'sluice';

/** What state every upload and video is in: Aurora PostgreSQL Serverless v2, asked through the RDS Data API. */
export class Catalog extends Construct {
  readonly clusterArn: string;
  /** Another one for every cluster that is made. */
  readonly clusterResourceId: string;
  readonly secret: ISecret;
  readonly databaseName = DATABASE;
  /** Created before any statement can be carried out. */
  readonly writer: IDependable;

  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    const secret = new DatabaseSecret(this, 'Secret', { username: DATABASE });
    const [writerZone, readerZone] = props.network.availabilityZones;
    const writer = ClusterInstance.serverlessV2('Writer', {
      publiclyAccessible: false,
      ...(writerZone && { availabilityZone: writerZone }),
    });
    // Tier 1 (`scaleWithWriter`): it has the writer's size at every moment, and pauses with it.
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
      // Nothing in and nothing out: the RDS Data API does not come through the network.
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
    // The same secret once it also names the cluster.
    this.secret = cluster.secret ?? secret;
    this.writer = cluster.node.findChild('Writer');

    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Rotation takes a function inside the network and a way out of it; ' +
        'the password opens the Data API only, where IAM decides.',
    });
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'No network leads to the port, whatever its number.',
    });
    if (!props.deletionProtection) {
      Validations.of(cluster).acknowledge({
        id: 'AwsSolutions-RDS10',
        reason: 'Deletion protection is off where the configuration says so: a catalog that may be torn down.',
      });
    }
  }

  /**
   * Lets a function ask and change the catalog, by single statements.
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

  /** Also by several statements as one: for the function that changes its tables. */
  grantTransactions(fn: SluiceFunction): void {
    this.grantAccess(fn);
    allow(fn.role, {
      actions: ['rds-data:BeginTransaction', 'rds-data:CommitTransaction', 'rds-data:RollbackTransaction'],
      resources: [this.clusterArn],
    });
  }
}
