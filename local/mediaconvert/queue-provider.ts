import type { Resource, ResourceProvider } from '../cloud/resource.ts';
import type { MediaConvert } from './media-convert.ts';

/**
 * Makes the provider of queues.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-mediaconvert-queue.html
 */
export function queueProvider(service: MediaConvert): ResourceProvider {
  return {
    type: 'AWS::MediaConvert::Queue',
    supportedProperties: ['ConcurrentJobs', 'Name', 'Status'],
    provision: (resource) => {
      const { Status: status, ConcurrentJobs: given } = resource.properties;
      const name = nameOf(resource);
      const concurrentJobs = given === undefined ? {} : { concurrentJobs: Number(given) };
      const arn = service.defineQueue({ name, paused: status === 'PAUSED', ...concurrentJobs });
      return Promise.resolve({ ref: name, attributes: { Name: name, Arn: arn } });
    },
    delete: async (resource) => service.removeQueue(nameOf(resource)),
  };
}

function nameOf({ properties, physicalName }: Resource): string {
  return typeof properties['Name'] === 'string' ? properties['Name'] : physicalName;
}
