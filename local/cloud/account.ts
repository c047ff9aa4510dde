/** Account and region of the laptop cloud, part of every ARN. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

/** Returns `arn:aws:<service>:us-east-1:000000000000:<resource>`. */
export function regionalArn(service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}
