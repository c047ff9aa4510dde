import { Aws, CfnCondition, CfnMapping, Fn, type IResolvable } from 'aws-cdk-lib';
import type { CfnDistribution, IOrigin, OriginBindConfig, OriginBindOptions } from 'aws-cdk-lib/aws-cloudfront';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';

/** Value of `edge.originShieldRegion` with which no origin has a shield. */
export const NO_SHIELD = 'none';

/**
 * Regions with an origin shield, and the one that AWS recommends for each of the others.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html#choose-origin-shield-region
 */
const SHIELDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'us-east-1',
      'us-east-2',
      'us-west-2',
      'ap-south-1',
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-southeast-1',
      'ap-southeast-2',
      'eu-central-1',
      'eu-west-1',
      'eu-west-2',
      'me-central-1',
      'sa-east-1',
    ].map((region) => [region, region]),
  ),
  'af-south-1': 'eu-west-1',
  'ap-east-1': 'ap-southeast-1',
  'ca-central-1': 'us-east-1',
  'eu-north-1': 'eu-west-2',
  'eu-south-1': 'eu-central-1',
  'eu-west-3': 'eu-west-2',
  'me-south-1': 'ap-south-1',
  'us-west-1': 'us-west-2',
};

/**
 * Origin shield near the stack's region: a mapping in the template, since the region may be known only in the deployment. Regions
 * for which AWS recommends none have an entry too, without which CloudFormation fails even in a branch that it does not choose.
 */
export class OriginShield extends Construct {
  /** Property of an origin in the distribution. */
  readonly property: IResolvable | CfnDistribution.OriginShieldProperty;

  /** @param region region of the shield, or `none`; undefined for the one in AWS's table */
  constructor(scope: Construct, id: string, region: string | undefined) {
    super(scope, id);
    this.property = region === undefined ? this.#nearest() : region === NO_SHIELD ? { enabled: false } : shieldIn(region);
  }

  #nearest(): IResolvable {
    const regions = RegionInfo.regions.filter(({ partition }) => partition === 'aws').map(({ name }) => name);
    const mapping = new CfnMapping(this, 'Regions', {
      mapping: Object.fromEntries(regions.map((region) => [region, { shield: SHIELDS[region] ?? NO_SHIELD }])),
    });
    const nearest = mapping.findInMap(Aws.REGION, 'shield');
    const exists = new CfnCondition(this, 'Exists', { expression: Fn.conditionNot(Fn.conditionEquals(nearest, NO_SHIELD)) });
    // Capital letters: CloudFormation's names, since the CDK does not translate the branches of a condition.
    return Fn.conditionIf(exists.logicalId, { Enabled: true, OriginShieldRegion: nearest }, { Enabled: false });
  }
}

function shieldIn(originShieldRegion: string): CfnDistribution.OriginShieldProperty {
  return { enabled: true, originShieldRegion };
}

/** Origin behind an origin shield, which the CDK's origins accept only for a region that is known. */
export class ShieldedOrigin implements IOrigin {
  readonly #origin: IOrigin;
  readonly #shield: OriginShield;

  constructor(origin: IOrigin, shield: OriginShield) {
    this.#origin = origin;
    this.#shield = shield;
  }

  bind(scope: Construct, options: OriginBindOptions): OriginBindConfig {
    const { originProperty, ...config } = this.#origin.bind(scope, options);
    if (originProperty === undefined) throw new Error('The origin has no properties to add a shield to.');
    return { ...config, originProperty: { ...originProperty, originShield: this.#shield.property } };
  }
}
