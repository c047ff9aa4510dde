/**
 * Effect of a changed property on an existing resource.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
export interface UpdateRequirement {
  /** Properties whose change replaces the resource; every change of others updates it. `*` for all. */
  readonly replacedBy?: readonly string[];
  /** Properties that together identify the resource, if the template states them: no two resources may have the same. */
  readonly identifiedBy?: readonly string[];
}

/**
 * Requirements as the page of each type in the template reference states them under "Update requires". A change that
 * replaces only some resources of the type counts as one that replaces.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const UPDATE_REQUIREMENTS: Readonly<Record<string, UpdateRequirement>> = {
  'AWS::ApiGatewayV2::Api': { replacedBy: ['ProtocolType'] },
  'AWS::ApiGatewayV2::Integration': { replacedBy: ['ApiId'] },
  'AWS::ApiGatewayV2::Route': { replacedBy: ['ApiId'], identifiedBy: ['ApiId', 'RouteKey'] },
  'AWS::ApiGatewayV2::Stage': { replacedBy: ['ApiId', 'StageName'], identifiedBy: ['ApiId', 'StageName'] },
  'AWS::CloudFront::Function': { replacedBy: ['Name'], identifiedBy: ['Name'] },
  'AWS::CloudWatch::Alarm': { replacedBy: ['AlarmName'], identifiedBy: ['AlarmName'] },
  'AWS::CloudWatch::Dashboard': { replacedBy: ['DashboardName'], identifiedBy: ['DashboardName'] },
  'AWS::Cognito::ManagedLoginBranding': { replacedBy: ['ClientId', 'UserPoolId'], identifiedBy: ['ClientId', 'UserPoolId'] },
  'AWS::Cognito::UserPoolClient': { replacedBy: ['GenerateSecret', 'UserPoolId'] },
  'AWS::Cognito::UserPoolDomain': { replacedBy: ['Domain', 'UserPoolId'], identifiedBy: ['Domain'] },
  'AWS::Cognito::UserPoolGroup': { replacedBy: ['GroupName', 'UserPoolId'], identifiedBy: ['GroupName', 'UserPoolId'] },
  'AWS::EC2::Route': {
    replacedBy: ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId', 'RouteTableId'],
  },
  'AWS::EC2::RouteTable': { replacedBy: ['VpcId'] },
  'AWS::EC2::SecurityGroup': { replacedBy: ['GroupDescription', 'GroupName', 'VpcId'] },
  'AWS::EC2::Subnet': { replacedBy: ['AvailabilityZone', 'AvailabilityZoneId', 'CidrBlock', 'Ipv6CidrBlock', 'VpcId'] },
  'AWS::EC2::SubnetRouteTableAssociation': { replacedBy: ['RouteTableId', 'SubnetId'] },
  'AWS::EC2::VPC': { replacedBy: ['CidrBlock', 'InstanceTenancy'] },
  'AWS::EC2::VPCEndpoint': { replacedBy: ['ServiceName', 'VpcEndpointType', 'VpcId'] },
  'AWS::EC2::VPCGatewayAttachment': { replacedBy: ['VpcId'] },
  'AWS::Events::Rule': { replacedBy: ['EventBusName', 'Name'], identifiedBy: ['Name'] },
  'AWS::IAM::ManagedPolicy': { replacedBy: ['Description', 'ManagedPolicyName', 'Path'], identifiedBy: ['ManagedPolicyName'] },
  'AWS::IAM::Role': { replacedBy: ['Path', 'RoleName'], identifiedBy: ['RoleName'] },
  'AWS::KMS::Alias': { replacedBy: ['AliasName'], identifiedBy: ['AliasName'] },
  'AWS::Lambda::EventInvokeConfig': { replacedBy: ['FunctionName', 'Qualifier'], identifiedBy: ['FunctionName', 'Qualifier'] },
  'AWS::Lambda::EventSourceMapping': { replacedBy: ['EventSourceArn'], identifiedBy: ['EventSourceArn', 'FunctionName'] },
  'AWS::Lambda::Function': { replacedBy: ['FunctionName', 'PackageType'], identifiedBy: ['FunctionName'] },
  'AWS::Lambda::LayerVersion': { replacedBy: ['*'] },
  'AWS::Lambda::Permission': { replacedBy: ['*'] },
  'AWS::Lambda::Url': { replacedBy: ['Qualifier', 'TargetFunctionArn'], identifiedBy: ['TargetFunctionArn'] },
  'AWS::Logs::Delivery': { replacedBy: ['DeliveryDestinationArn', 'DeliverySourceName'] },
  'AWS::Logs::DeliveryDestination': {
    replacedBy: ['DeliveryDestinationType', 'DestinationResourceArn', 'Name', 'OutputFormat'],
    identifiedBy: ['Name'],
  },
  'AWS::Logs::DeliverySource': { replacedBy: ['Name'], identifiedBy: ['Name'] },
  'AWS::Logs::LogGroup': { replacedBy: ['LogGroupName'], identifiedBy: ['LogGroupName'] },
  'AWS::MediaConvert::Queue': { replacedBy: ['Name'], identifiedBy: ['Name'] },
  'AWS::RDS::DBCluster': {
    replacedBy: [
      'AvailabilityZones',
      'DBClusterIdentifier',
      'DBSubnetGroupName',
      'DatabaseName',
      'Engine',
      'EngineMode',
      'KmsKeyId',
      'MasterUsername',
      'SnapshotIdentifier',
      'StorageEncrypted',
    ],
    identifiedBy: ['DBClusterIdentifier'],
  },
  'AWS::RDS::DBInstance': {
    replacedBy: ['AvailabilityZone', 'DBClusterIdentifier', 'DBInstanceIdentifier', 'DBSubnetGroupName', 'Engine', 'KmsKeyId'],
    identifiedBy: ['DBInstanceIdentifier'],
  },
  'AWS::RDS::DBSubnetGroup': { replacedBy: ['DBSubnetGroupName'], identifiedBy: ['DBSubnetGroupName'] },
  'AWS::S3::Bucket': { replacedBy: ['BucketName', 'ObjectLockEnabled'], identifiedBy: ['BucketName'] },
  'AWS::S3::BucketPolicy': { replacedBy: ['Bucket'], identifiedBy: ['Bucket'] },
  'AWS::SNS::Subscription': { replacedBy: ['Endpoint', 'Protocol', 'TopicArn'] },
  'AWS::SNS::Topic': { replacedBy: ['FifoTopic', 'TopicName'], identifiedBy: ['TopicName'] },
  'AWS::SQS::Queue': { replacedBy: ['FifoQueue', 'QueueName'], identifiedBy: ['QueueName'] },
  'AWS::Scheduler::ScheduleGroup': { replacedBy: ['Name'], identifiedBy: ['Name'] },
  'AWS::Scheduler::Schedule': { replacedBy: ['Name'], identifiedBy: ['Name'] },
  'AWS::SecretsManager::Secret': { replacedBy: ['Name'], identifiedBy: ['Name'] },
  'AWS::SecretsManager::SecretTargetAttachment': { replacedBy: ['SecretId'] },
};

/** Returns the requirements of a type, which for types without an entry are none. */
export function updateRequirementOf(type: string): UpdateRequirement {
  return UPDATE_REQUIREMENTS[type] ?? {};
}

/** Returns whether a change of a property replaces a resource. */
export function isReplacedBy(type: string, property: string): boolean {
  const { replacedBy = [] } = updateRequirementOf(type);
  return replacedBy.includes(property) || replacedBy.includes('*');
}

/** Returns the name that properties give a resource; undefined if the service or CloudFormation chooses one. */
export function identityIn(type: string, properties: Readonly<Record<string, unknown>>): string | undefined {
  const { identifiedBy = [] } = updateRequirementOf(type);
  const values = identifiedBy.map((property) => properties[property]);
  return values.length === 0 || values.includes(undefined) ? undefined : values.map(String).join(', ');
}
