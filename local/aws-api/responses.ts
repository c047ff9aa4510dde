import type { ServerResponse } from 'node:http';
import type { ApiError } from './api-error.ts';
import type { ApiCall, Protocol } from './api-service.ts';
import { writeXml, type XmlValue } from './xml.ts';

type Respondable = Pick<ApiCall, 'response' | 'requestId'>;

function send(response: ServerResponse, status: number, contentType: string, body: Buffer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
}

/** Sends JSON in the version of the JSON protocol that the request uses. */
export function sendJson(call: Respondable, value: unknown, status = 200): void {
  sendJsonBytes(call, Buffer.from(JSON.stringify(value)), status);
}

/** Sends JSON that is already serialized, as `sendJson` does. */
export function sendJsonBytes({ response }: Respondable, json: Buffer, status = 200): void {
  const requested = response.req.headers['content-type'] ?? '';
  const contentType = requested.startsWith('application/x-amz-json') ? requested : 'application/json';
  send(response, status, contentType, json);
}

/** Sends an XML document, as the REST-XML protocol does. */
export function sendXml({ response }: Respondable, document: string, status = 200): void {
  return send(response, status, 'application/xml', Buffer.from(document));
}

/**
 * Sends a result of the Query protocol: `<ActionResponse><ActionResult>…`.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function sendQueryResult(
  call: Respondable,
  { action, namespace, result }: { action: string; namespace: string; result?: XmlValue },
): void {
  return sendXml(
    call,
    writeXml(
      `${action}Response`,
      {
        ...(result === undefined ? {} : { [`${action}Result`]: result }),
        ResponseMetadata: { RequestId: call.requestId },
      },
      namespace,
    ),
  );
}

function writeErrorDocument(protocol: 'rest-xml' | 'query', error: ApiError, path: string, requestId: string): string {
  const { code: Code, message: Message, details } = error;
  if (protocol === 'rest-xml') {
    return writeXml('Error', { Code, Message, ...details, Resource: path, RequestId: requestId, HostId: requestId });
  }
  const Type = error.senderFault ? 'Sender' : 'Receiver';
  return writeXml('ErrorResponse', { Error: { Type, Code, Message, ...details }, RequestId: requestId });
}

/**
 * Sends an error in the format of the protocol. Once the headers of a response have been sent, it closes the connection
 * instead, so that the client never takes the response for complete.
 */
export function sendError({ response, requestId }: Respondable, protocol: Protocol, error: ApiError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // Headers set for the intended response, such as those of a range, would contradict the body of the error.
  for (const name of ['content-length', 'content-range', 'etag', 'last-modified', 'content-encoding']) {
    response.removeHeader(name);
  }
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  if (error.status === 304 || response.req.method === 'HEAD') {
    response.writeHead(error.status);
    response.end();
  } else if (protocol === 'rest-xml' || protocol === 'query') {
    const path = response.req.url?.split('?', 1)[0] ?? '/';
    const document = writeErrorDocument(protocol, error, path, requestId);
    send(response, error.status, protocol === 'query' ? 'text/xml' : 'application/xml', Buffer.from(document));
  } else {
    const { code, message, details } = error;
    response.setHeader('x-amzn-errortype', code);
    sendJson({ response, requestId }, { __type: code, message, ...details }, error.status);
  }
}
