import type { ResourceProvider } from '../cloud/resource.ts';
import type { MediaConvert } from './media-convert.ts';

/**
 * Makes the provider of queues.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-mediaconvert-queue.html
 */
export function queueProvider(service: MediaConvert): ResourceProvider {
  return {
    type: 'AWS::MediaConvert::Queue',
    supportedProperties: ['Name', 'Status'],
    provision: ({ properties, physicalName }) => {
      const name = typeof properties['Name'] === 'string' ? properties['Name'] : physicalName;
      const arn = service.defineQueue({ name, paused: properties['Status'] === 'PAUSED' });
      return Promise.resolve({ ref: name, attributes: { Name: name, Arn: arn } });
    },
  };
}
