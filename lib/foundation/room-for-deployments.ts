import { CfnResource, type Stack } from 'aws-cdk-lib';

/**
 * Default quotas of an account for resources that each deployment adds.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const QUOTAS: ReadonlyMap<string, { readonly what: string; readonly quota: number }> = new Map([
  ['AWS::CloudFront::CachePolicy', { what: 'cache policies', quota: 20 }],
  ['AWS::CloudFront::OriginRequestPolicy', { what: 'origin request policies', quota: 20 }],
  ['AWS::CloudFront::ResponseHeadersPolicy', { what: 'response headers policies', quota: 20 }],
  ['AWS::CloudFront::KeyGroup', { what: 'key groups', quota: 10 }],
  ['AWS::CloudFront::PublicKey', { what: 'public keys', quota: 10 }],
]);

/** Returns how many deployments like this one the quotas of an account allow, and which quota is the first to be full. */
export function describeRoom(stack: Stack): string {
  const types = stack.node.findAll().flatMap((node) => (CfnResource.isCfnResource(node) ? [node.cfnResourceType] : []));
  const rooms = [...QUOTAS].flatMap(([type, { what, quota }]) => {
    const count = types.filter((each) => each === type).length;
    return count === 0 ? [] : [{ deployments: Math.floor(quota / count), reason: `${count} of ${quota} ${what}` }];
  });
  const [{ deployments, reason } = { deployments: 0, reason: 'nothing' }] = rooms.toSorted(
    (a, b) => a.deployments - b.deployments,
  );
  return `An account with CloudFront's default quotas has room for ${deployments} such deployments: each takes ${reason}.`;
}
