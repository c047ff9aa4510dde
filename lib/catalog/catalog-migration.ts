import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { Catalog } from './catalog.ts';

export interface CatalogMigrationProps {
  /** Catalog to bring up to date. */
  readonly catalog: Catalog;
  /** What all functions share. */
  readonly functions: FunctionDefaults;
}

/** Long enough for a paused database to resume and for a large table to be rewritten. */
const TIMEOUT = Duration.minutes(5);

/** Brings the catalog's tables up to date during the deployment, before anything that asks it is deployed. */
export class CatalogMigration extends Construct {
  constructor(scope: Construct, id: string, props: CatalogMigrationProps) {
    super(scope, id);
    const migrate = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'migrate-catalog',
      description: 'Brings the tables of the catalog up to date during a deployment',
      timeout: TIMEOUT,
    });
    props.catalog.grantTransactions(migrate);

    const migration = new CustomResource(this, 'Migration', {
      resourceType: 'Custom::CatalogMigration',
      serviceToken: migrate.functionArn,
      // Lambda tries a request three times; without a limit CloudFormation waits an hour for an answer.
      serviceTimeout: Duration.seconds(3 * TIMEOUT.toSeconds() + 300),
      properties: {
        MigrationsHash: props.functions.bundles.migrationsHash,
        // A cluster that was replaced has no tables yet.
        ClusterResourceId: props.catalog.clusterResourceId,
      },
    });
    // A cluster without its writer takes no statement; a policy just changed may not be in force yet.
    migration.node.addDependency(props.catalog.writer, migrate.role);
  }
}
