import { CfnCondition, CfnParameter, Fn, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Scheme and authority of the edge, as signed URLs begin: `https://` and the distribution's domain, unless the stack's
 * parameter `EdgeUrl` names another, as whoever runs the template away from CloudFront does.
 */
export function edgeOrigin(stack: Construct, domainName: string): string {
  const parameter = new CfnParameter(stack, 'EdgeUrl', {
    type: 'String',
    default: '',
    allowedPattern: '^(https?://[^/]+)?$',
    description: 'Scheme and authority of the edge, without a trailing slash; empty for the domain of the distribution',
  });
  const isDistribution = new CfnCondition(stack, 'EdgeIsDistribution', {
    expression: Fn.conditionEquals(parameter.valueAsString, ''),
  });
  return Token.asString(Fn.conditionIf(isDistribution.logicalId, `https://${domainName}`, parameter.valueAsString));
}
