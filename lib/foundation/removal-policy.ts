import { RemovalPolicy } from 'aws-cdk-lib';
import type { Config } from '../config/config.ts';

/**
 * Returns the policy for resources that hold data. Those of a stack whose creation fails hold none yet and are deleted, so
 * that the next attempt finds nothing in its way.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export function removalPolicyFor({ retention }: Pick<Config, 'retention'>): RemovalPolicy {
  return retention === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}
