import { CfnResource, type IAspect, Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Resources of CloudFront that have a name, with the property that holds it. Their names are unique per account, not region. */
const NAME_PROPERTIES: ReadonlyMap<string, string> = new Map([
  ['AWS::CloudFront::CachePolicy', 'CachePolicyConfig.Name'],
  ['AWS::CloudFront::Function', 'Name'],
  ['AWS::CloudFront::KeyGroup', 'KeyGroupConfig.Name'],
  ['AWS::CloudFront::OriginAccessControl', 'OriginAccessControlConfig.Name'],
  ['AWS::CloudFront::OriginRequestPolicy', 'OriginRequestPolicyConfig.Name'],
  ['AWS::CloudFront::PublicKey', 'PublicKeyConfig.Name'],
  ['AWS::CloudFront::ResponseHeadersPolicy', 'ResponseHeadersPolicyConfig.Name'],
]);

/**
 * Maximum length of the shortest names, those of functions and origin access controls.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-originaccesscontrol-originaccesscontrolconfig.html
 */
const MAX_NAME = 64;

/**
 * Gives the named resources of CloudFront, which is global, names with the region of their stack, so that deployments in
 * two regions do not collide. CloudFront also refuses a public key with the caller reference of another one.
 */
export class RegionalNames implements IAspect {
  readonly #region: string;

  constructor(region: string) {
    this.#region = region;
  }

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    const property = NAME_PROPERTIES.get(node.cfnResourceType);
    if (property === undefined) return;
    const suffix = `-${this.#region}`;
    node.addPropertyOverride(property, Names.uniqueResourceName(node, { maxLength: MAX_NAME - suffix.length }) + suffix);
    if (node.cfnResourceType === 'AWS::CloudFront::PublicKey')
      node.addPropertyOverride('PublicKeyConfig.CallerReference', `${node.node.addr}${suffix}`);
  }
}
