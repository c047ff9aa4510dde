import type { Construct } from 'constructs';
import { OriginParameter } from './origin-parameter.ts';

/** Adds the stack parameter that overrides the scheme and authority of the edge. */
export function edgeOriginParameter(stack: Construct): OriginParameter {
  return new OriginParameter(stack, 'EdgeUrl', 'the edge');
}

/** Returns the scheme and authority of the edge, with which signed URLs and the pages' URLs begin. */
export function edgeOrigin(stack: Construct, domainName: string): string {
  return edgeOriginParameter(stack).or(`https://${domainName}`);
}
