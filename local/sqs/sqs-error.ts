import { ApiError } from '../aws-api/api-error.ts';

/**
 * Makes an error of the SQS API. Some errors have another code in the older Query protocol, which a header carries.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export function sqsError(code: string, message: string, queryCode = code): ApiError {
  return new ApiError(code, 400, message, { headers: { 'x-amzn-query-error': `${queryCode};Sender` } });
}

export function invalidParameterError(message: string): ApiError {
  return sqsError('InvalidParameterValueException', message, 'InvalidParameterValue');
}

export function queueDoesNotExistError(): ApiError {
  return sqsError(
    'QueueDoesNotExist',
    'The specified queue does not exist.',
    'AWS.SimpleQueueService.NonExistentQueue',
  );
}
