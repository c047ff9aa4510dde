import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Config } from '../config/config.ts';

type RateRuleProps = NonNullable<Config['edge']['rateRule']>;

/** Period over which requests of an address are counted, in seconds. */
const WINDOW_SECONDS = 300;

/** Extensions of playlists, which a player requests a few times for a video; everything else below `/v/` is media. */
const PLAYLISTS = ['.m3u8', '.mpd', '.vtt'];

/**
 * Web ACL with a rule that counts or blocks addresses with too many requests. Media is left out: a school or an office shares
 * one address, and every viewer requests media all the time. The ACL inspects, and AWS bills, requests for media nevertheless.
 *
 * Its region must be us-east-1. It samples no requests, since samples show signatures and tokens.
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
 */
export class RateRule extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, { action, requestsPerFiveMinutes }: RateRuleProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'WebAcl', {
      description: 'Limits the requests of each address, except for media',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visibilityOf('SluiceRequests'),
      rules: [
        {
          name: 'rate',
          priority: 0,
          action: action === 'block' ? { block: {} } : { count: {} },
          visibilityConfig: visibilityOf('SluiceRate'),
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              evaluationWindowSec: WINDOW_SECONDS,
              limit: requestsPerFiveMinutes,
              scopeDownStatement: {
                orStatement: {
                  statements: [
                    { notStatement: { statement: matchPath('STARTS_WITH', '/v/') } },
                    ...PLAYLISTS.map((extension) => matchPath('ENDS_WITH', extension)),
                  ],
                },
              },
            },
          },
        },
      ],
    });
    this.webAclArn = acl.attrArn;
  }
}

function visibilityOf(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}

function matchPath(positionalConstraint: string, searchString: string): CfnWebACL.StatementProperty {
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint,
      searchString,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}
