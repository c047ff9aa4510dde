import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { sha256, signHeaders } from '../../support/local/sign-request.ts';
import { codeOf, type S3Server, startS3 } from '../../support/local/s3-server.ts';

describe('hostile requests', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b');
    server.s3.putBucket('other');
    await server.s3.put({ bucket: 'other', key: 'secret', body: 'secret' });
  });
  afterAll(async () => await server.close());

  /** Sends raw bytes and reads until the server closes the connection. */
  const sendRaw = async (bytes: string): Promise<string> => {
    const socket = connect(Number(new URL(server.endpoint).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes);
    return text(socket);
  };

  test.each([
    ['/b/../other/secret', '../other/secret'],
    ['/b/..%2Fother%2F..%2Fsecret', '../other/../secret'],
    ['/b/%252e%252e/other/secret', '%2e%2e/other/secret'],
    ['/b/../../../../../../etc/passwd', '../../../../../../etc/passwd'],
    ['/b//etc/passwd', '/etc/passwd'],
    ['/b/a%00b', 'a\0b'],
    ['/b/%5C..%5Cc', '\\..\\c'],
    [`/b/${'%F0%9F%8E%AC'.repeat(256)}`, '🎬'.repeat(256)],
  ])('treats %s as an ordinary key', async (path, key) => {
    const before = readdirSync(server.dir, { recursive: true }).length;
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'content-type': 'text/plain' };
    const signed = await signHeaders(server.signing, { method: 'PUT', path, headers });
    // `fetch` would resolve the dots before sending the path.
    const response = await sendRaw(
      `PUT ${path} HTTP/1.1\r\nHost: ${new URL(server.endpoint).host}\r\nConnection: close\r\nContent-Length: 1\r\n` +
        `${Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\nx`,
    );
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
    expect(await server.s3.getObject({ bucket: 'b', key })).toMatchObject({ sizeBytes: 1 });
    expect(await server.s3.getObject({ bucket: 'other', key: 'secret' })).toMatchObject({ sizeBytes: 6 });
    expect(readdirSync(server.dir, { recursive: true })).toHaveLength(before + 1);
  });

  test.each([
    [`/b/${'k'.repeat(1025)}`, 'KeyTooLongError'],
    [`/b/${'%F0%9F%8E%AC'.repeat(257)}`, 'KeyTooLongError'],
    ['/b/%ff', 'InvalidURI'],
    ['/b/%', 'InvalidURI'],
    ['/b/%C0%AE%C0%AE/x', 'InvalidURI'],
    ['/b/%ED%A0%80', 'InvalidURI'],
  ])('rejects the key of %s', async (path, code) => {
    for (const method of ['PUT', 'GET', 'DELETE']) {
      const response = await server.fetch({ method, path });
      expect(response.status).toBe(400);
      expect(await codeOf(response)).toBe(code);
    }
  });

  test.each([
    ['a header beyond the limit', `GET /b/k HTTP/1.1\r\nHost: x\r\nx-amz-meta-a: ${'a'.repeat(100_000)}\r\n\r\n`, 'RequestHeaderSectionTooLarge'],
    ['a query beyond the limit', `GET /b/k?${'a=b&'.repeat(30_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 'RequestHeaderSectionTooLarge'],
    ['two content lengths', 'POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 50\r\n\r\nfour', 'BadRequest'],
    ['a content length with chunked encoding', 'POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'BadRequest'],
    ['an invalid content length', 'POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nfour', 'BadRequest'],
    ['a space before the colon', 'GET /b HTTP/1.1\r\nHost: x\r\nContent-Length : 4\r\n\r\nfour', 'BadRequest'],
    ['a folded header', 'GET /b HTTP/1.1\r\nHost: x\r\nx-amz-meta-a: b\r\n c\r\n\r\n', 'BadRequest'],
    ['a NUL in a header', 'GET /b HTTP/1.1\r\nHost: x\r\nx-amz-meta-a: \0\r\n\r\n', 'BadRequest'],
    ['bytes that are not HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01', 'BadRequest'],
  ])('responds to %s with one error, and reads nothing after it as a request', async (_case, bytes, code) => {
    const response = await sendRaw(`${bytes}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(response.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect(response).toContain(`<Code>${code}</Code>`);
    expect((await server.fetch({ method: 'GET', path: '/other/secret' })).status).toBe(200);
  });

  test('rejects an unsigned x-amz header, in upper or lower case', async () => {
    for (const name of ['x-amz-meta-a', 'X-Amz-Copy-Source', 'x-amz-tagging']) {
      const headers = await signHeaders(server.signing, {
        method: 'PUT',
        path: '/b/k',
        headers: { 'x-amz-content-sha256': sha256('x') },
      });
      const response = await fetch(`${server.endpoint}/b/k`, {
        method: 'PUT',
        body: 'x',
        headers: { ...headers, [name]: '/other/secret' },
      });
      expect(response.status).toBe(403);
      expect(await codeOf(response)).toBe('AccessDenied');
    }
  });

  describe('documents', () => {
    const LAUGHS = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    const documents: [string, string][] = [
      [
        'with nested entities',
        `<!DOCTYPE x [<!ENTITY l0 "lol">${LAUGHS}]><Delete><Object><Key>&l9;</Key></Object></Delete>`,
      ],
      [
        'with an external entity',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&f;</Key></Object></Delete>',
      ],
      ['with a lower-case DOCTYPE', '<!doctype x><Delete><Object><Key>k</Key></Object></Delete>'],
      ['with unclosed nesting', '<Delete>'.repeat(100_000)],
      ['with deep nesting', `${'<Delete>'.repeat(10_000)}${'</Delete>'.repeat(10_000)}`],
      ['that are truncated', '<Delete><Object><Key>k</Key></Object>'],
      ['with another root element', '<Tagging/>'],
      ['that are not XML', '{"Delete": []}'],
      ['that are empty', ''],
      ['of 1001 keys', `<Delete>${'<Object><Key>k</Key></Object>'.repeat(1001)}</Delete>`],
      ['without a key', '<Delete><Object/></Delete>'],
      ['with the element __proto__', '<Delete><__proto__><Object><Key>k</Key></Object></__proto__></Delete>'],
    ];
    const post = (path: string, body: string) =>
      server.fetch({
        method: 'POST',
        path,
        body,
        headers: { 'x-amz-checksum-sha256': Buffer.from(sha256(body), 'hex').toString('base64') },
      });

    test.each(documents)('%s delete nothing', async (_case, document) => {
      const response = await post('/b?delete', document);
      expect(response.status).toBe(400);
      expect(await codeOf(response)).toBe('MalformedXML');
    });

    test.each(documents)('%s complete nothing', async (_case, document) => {
      const target = { Bucket: 'b', Key: 'parts' };
      const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(target));
      await server.client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'x' }));
      const body = document
        .replaceAll('Delete', 'CompleteMultipartUpload')
        .replaceAll('Object', 'Part')
        .replaceAll('Key', 'ETag');
      const response = await post(`/b/parts?uploadId=${UploadId}`, body);
      expect(response.status).toBe(400);
      expect(await codeOf(response)).toBe('MalformedXML');
    });

    test('are rejected if they are too large', async () => {
      const response = await post('/b?delete', `<Delete>${' '.repeat(11 * 1024 * 1024)}</Delete>`);
      expect(response.status).toBe(413);
      expect(await codeOf(response)).toBe('EntityTooLarge');
    });
  });
});
