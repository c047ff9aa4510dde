import { Validations } from 'aws-cdk-lib';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/**
 * The network that Aurora must lie in: two zones, no way in and no way out. Nothing else lives there, since functions
 * reach the database through the RDS Data API; so there is no NAT gateway to pay for and no address to attack.
 */
export class CatalogNetwork extends Vpc {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      maxAzs: 2,
      natGateways: 0,
      createInternetGateway: false,
      subnetConfiguration: [{ name: 'Catalog', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      // Emptying the default security group takes a custom resource, and nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'No route leads in or out and only the database lives here: flow logs would cost and say nothing.',
    });
  }
}
