import { regionalArn } from '../cloud/account.ts';
import { LaptopService } from '../cloud/laptop-service.ts';
import type { Resource, ResourceProvider } from '../cloud/resource.ts';

/** Recorded resource types, with the property that names a resource and its ARN. */
const TYPES: Readonly<Record<string, { nameProperty: string; arn: (name: string) => string }>> = {
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: (name) => regionalArn('logs', `log-group:${name}:*`),
  },
  'AWS::Logs::DeliverySource': {
    nameProperty: 'Name',
    arn: (name) => regionalArn('logs', `delivery-source:${name}`),
  },
  'AWS::Logs::DeliveryDestination': {
    nameProperty: 'Name',
    arn: (name) => regionalArn('logs', `delivery-destination:${name}`),
  },
  'AWS::Logs::Delivery': {
    nameProperty: 'DeliveryId',
    arn: (name) => regionalArn('logs', `delivery:${name}`),
  },
};

/**
 * CloudWatch Logs. Functions log to files and the edge writes an access log, so that log groups and deliveries are only
 * recorded under the names to which other resources refer.
 */
export const logsService: LaptopService<undefined> = new LaptopService({
  name: 'logs',
  open: () => ({ instance: undefined, providers: logsProviders() }),
});

function logsProviders(): ResourceProvider[] {
  return Object.entries(TYPES).map(([type, { nameProperty, arn }]) => ({
    type,
    supportedProperties: [nameProperty],
    provision: async (resource) => {
      const name = nameOf(resource, nameProperty);
      return { ref: name, attributes: { Arn: arn(name), ...(type === 'AWS::Logs::Delivery' && { DeliveryId: name }) } };
    },
  }));
}

function nameOf({ properties, physicalName }: Resource, property: string): string {
  const name = properties[property];
  return typeof name === 'string' ? name : physicalName;
}
