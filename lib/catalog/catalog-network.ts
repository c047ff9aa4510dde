import { Validations } from 'aws-cdk-lib';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/**
 * Network that Aurora requires: two zones, without a route in or out. It holds nothing else, since functions reach the
 * database through the RDS Data API; so there is no NAT gateway to pay for and no address to attack.
 */
export class CatalogNetwork extends Vpc {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      maxAzs: 2,
      natGateways: 0,
      createInternetGateway: false,
      subnetConfiguration: [{ name: 'Catalog', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      // Restricting the default security group takes a custom resource, and nothing uses that group.
      restrictDefaultSecurityGroup: false,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'The network has no route in or out and holds only the database, so flow logs would show nothing.',
    });
  }
}
