import { RemovalPolicy } from 'aws-cdk-lib';
import type { Config } from '../config/config.ts';

/** Returns the policy for resources that hold data. */
export function removalPolicyFor({ retention }: Pick<Config, 'retention'>): RemovalPolicy {
  return retention === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}
