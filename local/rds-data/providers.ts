import * as z from 'zod';
import { ACCOUNT_ID, REGION, regionalArn } from '../cloud/account.ts';
import { stableHex } from '../cloud/stable-id.ts';
import type { Provisioned, Resource, ResourceProvider } from '../cloud/resource.ts';
import type { RdsData } from './rds-data.ts';

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Makes the providers of the catalog's RDS resources. Only the cluster has an effect; the others are recorded. */
export function rdsProviders(service: RdsData): ResourceProvider[] {
  return [
    {
      type: 'AWS::RDS::DBCluster',
      supportedProperties: [
        'DatabaseName',
        'EnableHttpEndpoint',
        'DBClusterIdentifier',
        'DeletionProtection',
        'MasterUsername',
        'MasterUserPassword',
        'ServerlessV2ScalingConfiguration',
      ],
      provision: async (resource) => {
        const identifier = identifierOf(resource);
        const arn = regionalArn('rds', `cluster:${identifier}`);
        service.addCluster({
          arn,
          databaseName: text(resource.properties['DatabaseName']) ?? 'postgres',
          httpEndpointEnabled: isTrue(resource.properties['EnableHttpEndpoint']),
          owner: {
            username: text(resource.properties['MasterUsername']) ?? '',
            password: text(resource.properties['MasterUserPassword']) ?? '',
          },
          pauseAfterMs: readPauseAfterMs(resource.properties['ServerlessV2ScalingConfiguration']),
        });
        return {
          ref: identifier,
          attributes: {
            DBClusterArn: arn,
            DBClusterResourceId: `cluster-${stableHex(await service.databaseIdentity(), 26).toUpperCase()}`,
            'Endpoint.Address': `${identifier}.cluster-${shortHash(resource)}.${REGION}.rds.amazonaws.com`,
            'Endpoint.Port': '5432',
            'ReadEndpoint.Address': `${identifier}.cluster-ro-${shortHash(resource)}.${REGION}.rds.amazonaws.com`,
          },
        };
      },
      // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
      delete: async (resource) => {
        if (isTrue(resource.properties['DeletionProtection']))
          throw new Error('Cannot delete protected Cluster, please disable deletion protection and try again.');
        service.removeCluster(regionalArn('rds', `cluster:${identifierOf(resource)}`));
      },
    },
    makeRecordedProvider('AWS::RDS::DBInstance', 'DBInstanceIdentifier', (resource, name) => ({
      DBInstanceArn: regionalArn('rds', `db:${name}`),
      DbiResourceId: `db-${shortHash(resource).toUpperCase()}`,
      'Endpoint.Address': `${name}.${shortHash(resource)}.${REGION}.rds.amazonaws.com`,
      'Endpoint.Port': '5432',
    })),
    makeRecordedProvider('AWS::RDS::DBSubnetGroup', 'DBSubnetGroupName'),
  ];
}

function identifierOf({ properties, physicalName }: Resource): string {
  return text(properties['DBClusterIdentifier']) ?? physicalName;
}

function makeRecordedProvider(
  type: string,
  nameProperty: string,
  attributes: (resource: Resource, name: string) => Record<string, unknown> = () => ({}),
): ResourceProvider {
  return {
    type,
    supportedProperties: [nameProperty],
    provision: async (resource): Promise<Provisioned> => {
      const name = text(resource.properties[nameProperty]) ?? resource.physicalName;
      return { ref: name, attributes: attributes(resource, name) };
    },
  };
}

const scalingSchema = z.object({ MinCapacity: z.number(), SecondsUntilAutoPause: z.number().default(300) });

/** Returns the idle time after which a cluster pauses: only one with a minimum capacity of 0 does. */
function readPauseAfterMs(scaling: unknown): number | undefined {
  const { data } = scalingSchema.safeParse(scaling);
  return data?.MinCapacity === 0 ? data.SecondsUntilAutoPause * 1000 : undefined;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function shortHash({ physicalName }: Resource): string {
  return stableHex(`${ACCOUNT_ID}/${physicalName}`, 12);
}
