import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PrivateBucket } from '../storage/private-bucket.ts';

export interface PagesBucketProps {
  /** What becomes of the bucket when the stack is deleted; CloudFormation deletes it only when it is empty. */
  readonly removalPolicy: RemovalPolicy;
}

/** The files of the pages, which every deployment brings up to date. */
export class PagesBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { removalPolicy }: PagesBucketProps) {
    super(scope, id, { enforceSSL: true, minimumTLSVersion: 1.2, removalPolicy });
  }
}
