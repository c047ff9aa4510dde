import { Duration } from 'aws-cdk-lib';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { SigningKeys } from '../delivery/signing-keys.ts';
import { type FunctionDefaults, SluiceFunction } from '../foundation/sluice-function.ts';
import type { PagesBucket } from './pages-bucket.ts';

export interface LinkPreviewProps {
  /** Bucket with the document of the pages. */
  readonly pages: PagesBucket;
  /** Keys with which it signs the URL of a poster. */
  readonly signingKeys: SigningKeys;
  /** Settings shared by all functions. */
  readonly functions: FunctionDefaults;
}

/** Time for a response, after which the edge serves the page without a preview. */
export const MAX_PREVIEW_TIME = Duration.seconds(5);

/**
 * Function that serves the document of a video's page with its title and picture, since sites that preview links do not
 * run JavaScript. Only the distribution may call its URL.
 */
export class LinkPreview extends Construct {
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, props: LinkPreviewProps) {
    super(scope, id);
    const fn = new SluiceFunction(this, 'Function', {
      ...props.functions,
      name: 'link-preview',
      description: 'Serves the pages of videos, with a preview of public ones',
      timeout: MAX_PREVIEW_TIME,
      // More memory means more CPU, for lower latency.
      memorySize: 1024,
    });
    props.pages.grantReadDocument(fn);
    props.signingKeys.grantSign(fn);
    this.url = fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }
}
