import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PrivateBucket } from '../storage/private-bucket.ts';

export interface PagesBucketProps {
  /** Policy for the bucket when the stack is deleted; CloudFormation deletes only an empty bucket. */
  readonly removalPolicy: RemovalPolicy;
}

/** Bucket for the files of the pages, updated by every deployment. */
export class PagesBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { removalPolicy }: PagesBucketProps) {
    super(scope, id, { enforceSSL: true, minimumTLSVersion: 1.2, removalPolicy });
  }
}
