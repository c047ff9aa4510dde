import { ApiError } from '../aws-api/api-error.ts';

/**
 * An error of the SQS API. Clients that grew up with the older Query protocol know some errors under another code,
 * which travels in a header.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export function sqsError(code: string, message: string, queryCode = code): ApiError {
  return new ApiError(code, 400, message, { headers: { 'x-amzn-query-error': `${queryCode};Sender` } });
}

export function invalidParameter(message: string): ApiError {
  return sqsError('InvalidParameterValueException', message, 'InvalidParameterValue');
}

export function queueDoesNotExist(): ApiError {
  return sqsError('QueueDoesNotExist', 'The specified queue does not exist.', 'AWS.SimpleQueueService.NonExistentQueue');
}
