import { ACCOUNT_ID, REGION, regionalArn } from '../cloud/account.ts';
import { LaptopService } from '../cloud/laptop-service.ts';
import type { Resource, ResourceProvider } from '../cloud/resource.ts';
import { stableHex } from '../cloud/stable-id.ts';

/** Prefix of EC2's ids of each type, and the attributes besides the id. */
const TYPES: Readonly<
  Record<string, { prefix: string; attributes?: (resource: Resource, id: string) => Record<string, unknown> }>
> = {
  'AWS::EC2::VPC': {
    prefix: 'vpc',
    attributes: (resource, id) => ({
      VpcId: id,
      CidrBlock: resource.properties['CidrBlock'],
      CidrBlockAssociations: [physicalId('vpc-cidr-assoc', resource)],
      DefaultSecurityGroup: physicalId('sg', resource),
      DefaultNetworkAcl: physicalId('acl', resource),
      Ipv6CidrBlocks: [],
    }),
  },
  'AWS::EC2::Subnet': {
    prefix: 'subnet',
    attributes: (resource, id) => ({
      SubnetId: id,
      AvailabilityZone: resource.properties['AvailabilityZone'] ?? `${REGION}a`,
      CidrBlock: resource.properties['CidrBlock'],
      VpcId: resource.properties['VpcId'],
      NetworkAclAssociationId: physicalId('aclassoc', resource),
      Ipv6CidrBlocks: [],
    }),
  },
  'AWS::EC2::RouteTable': { prefix: 'rtb', attributes: (_resource, id) => ({ RouteTableId: id }) },
  'AWS::EC2::SubnetRouteTableAssociation': { prefix: 'rtbassoc', attributes: (_resource, id) => ({ Id: id }) },
  'AWS::EC2::Route': {
    prefix: 'r',
    attributes: (resource) => ({ CidrBlock: resource.properties['DestinationCidrBlock'] }),
  },
  'AWS::EC2::InternetGateway': { prefix: 'igw', attributes: (_resource, id) => ({ InternetGatewayId: id }) },
  'AWS::EC2::VPCGatewayAttachment': { prefix: 'attach' },
  'AWS::EC2::SecurityGroup': {
    prefix: 'sg',
    attributes: (resource, id) => ({ GroupId: id, Id: id, VpcId: resource.properties['VpcId'] }),
  },
  'AWS::EC2::SecurityGroupIngress': { prefix: 'sgr', attributes: (_resource, id) => ({ Id: id }) },
  'AWS::EC2::SecurityGroupEgress': { prefix: 'sgr', attributes: (_resource, id) => ({ Id: id }) },
  'AWS::EC2::VPCEndpoint': { prefix: 'vpce', attributes: (_resource, id) => ({ Id: id }) },
};

/** Network of the database. The laptop has none, so that its resources only receive ids. */
export const networkService: LaptopService<undefined> = new LaptopService({
  name: 'network',
  open: () => ({ instance: undefined, providers: networkProviders() }),
});

function networkProviders(): ResourceProvider[] {
  return Object.entries(TYPES).map(([type, { prefix, attributes }]) => ({
    type,
    supportedProperties: [],
    provision: async (resource) => {
      const id = physicalId(prefix, resource);
      return { ref: id, attributes: { Arn: regionalArn('ec2', `${prefix}/${id}`), ...attributes?.(resource, id) } };
    },
  }));
}

/** Returns an id in EC2's form, the same at every start: the prefix and seventeen hexadecimal digits. */
function physicalId(prefix: string, { physicalName }: Resource): string {
  return `${prefix}-0${stableHex(`${ACCOUNT_ID}/${physicalName}`, 16)}`;
}
