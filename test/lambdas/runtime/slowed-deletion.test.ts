import { S3Client } from '@aws-sdk/client-s3';
import { HttpResponse } from '@smithy/protocol-http';
import { Readable } from 'node:stream';
import { deleteEveryVersion, ObjectNotDeletedError } from '../../../lambdas/runtime/delete-objects.ts';
import { isPassingError } from '../../../lambdas/runtime/is-passing-error.ts';

const LISTED = '<ListVersionsResult><Version><Key>k</Key><VersionId>1</VersionId></Version></ListVersionsResult>';

/** Deletes an object while S3 responds 200 with an error for its key. */
async function deleteWith(code: string): Promise<unknown> {
  const refused = `<DeleteResult><Error><Key>k</Key><VersionId>1</VersionId><Code>${code}</Code><Message>no</Message></Error></DeleteResult>`;
  const s3 = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: async ({ method }: { method: string }) => ({
        response: new HttpResponse({ statusCode: 200, headers: {}, body: Readable.from(method === 'GET' ? LISTED : refused) }),
      }),
    },
  });
  return deleteEveryVersion(s3, 'b', 'k').catch((error: unknown) => error);
}

describe('a key that S3 did not delete, in a response with status 200', () => {
  test.each([
    ['SlowDown', true],
    ['AccessDenied', false],
  ])('counts with %s as throttling: %s', async (code, isPassing) => {
    const error = await deleteWith(code);
    expect(error).toBeInstanceOf(ObjectNotDeletedError);
    expect(isPassingError(error)).toBe(isPassing);
  });
});
