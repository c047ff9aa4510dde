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
      supportedProperties: ['DatabaseName', 'EnableHttpEndpoint', 'DBClusterIdentifier'],
      provision: async (resource) => {
        const identifier = text(resource.properties['DBClusterIdentifier']) ?? resource.physicalName;
        const arn = regionalArn('rds', `cluster:${identifier}`);
        service.addCluster({
          arn,
          databaseName: text(resource.properties['DatabaseName']) ?? 'postgres',
          httpEndpointEnabled: isTrue(resource.properties['EnableHttpEndpoint']),
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

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function shortHash({ stack, logicalId }: Resource): string {
  return stableHex(`${ACCOUNT_ID}/${stack}/${logicalId}`, 12);
}
