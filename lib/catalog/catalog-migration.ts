import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { Catalog } from './catalog.ts';

export interface CatalogMigrationProps {
  /** Catalog to migrate. */
  readonly catalog: Catalog;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Long enough for a paused database to resume and for a large table to be rewritten. */
const TIMEOUT = Duration.minutes(5);

/** Migrates the catalog's schema and rights during the deployment, before anything that queries it is deployed. */
export class CatalogMigration extends Construct {
  readonly fn: SluiceFunction;

  constructor(scope: Construct, id: string, props: CatalogMigrationProps) {
    super(scope, id);
    const migrate = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'migrate-catalog',
      description: 'Migrates the schema of the catalog and the rights of its roles during a deployment',
      runsInDeploymentsOnly: true,
      timeout: TIMEOUT,
    });
    this.fn = migrate;
    props.catalog.grantMigration(migrate);

    const migration = new CustomResource(this, 'Migration', {
      resourceType: 'Custom::CatalogMigration',
      serviceToken: migrate.functionArn,
      // Lambda makes up to three attempts; without a limit CloudFormation waits an hour for a response.
      serviceTimeout: Duration.seconds(3 * TIMEOUT.toSeconds() + 300),
      properties: {
        MigrationsHash: props.functions.bundles.migrationsHash,
        // A replaced cluster has no tables yet.
        ClusterResourceId: props.catalog.clusterResourceId,
        // A replaced secret has another password.
        RoleSecretArns: Object.values(props.catalog.roleSecrets).map(({ secretArn }) => secretArn),
      },
    });
    // Statements need the writer, and a policy that has just changed may not be in force yet.
    migration.node.addDependency(props.catalog.writer, migrate.role);
  }
}
