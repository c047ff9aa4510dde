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

/** Migrates the catalog's schema during the deployment, before anything that queries it is deployed. */
export class CatalogMigration extends Construct {
  constructor(scope: Construct, id: string, props: CatalogMigrationProps) {
    super(scope, id);
    const migrate = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'migrate-catalog',
      description: 'Migrates the schema of the catalog during a deployment',
      timeout: TIMEOUT,
    });
    props.catalog.grantTransactions(migrate);

    const migration = new CustomResource(this, 'Migration', {
      resourceType: 'Custom::CatalogMigration',
      serviceToken: migrate.functionArn,
      // Lambda makes up to three attempts; without a limit CloudFormation waits an hour for a response.
      serviceTimeout: Duration.seconds(3 * TIMEOUT.toSeconds() + 300),
      properties: {
        MigrationsHash: props.functions.bundles.migrationsHash,
        // A replaced cluster has no tables yet.
        ClusterResourceId: props.catalog.clusterResourceId,
      },
    });
    // Statements need the writer, and a policy that has just changed may not be in force yet.
    migration.node.addDependency(props.catalog.writer, migrate.role);
  }
}
