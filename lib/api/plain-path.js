// Runs at the edge for each request of the API whose response is not kept. `PathFunction` puts the constant NOT_FOUND in front
// of this code. HTTP APIs decode the path before they route it, and cut it at a decoded question mark: what lies behind them
// can no longer tell a delimiter from a character of a name. No path of the API needs encoded delimiters.
// https://www.rfc-editor.org/rfc/rfc3986#section-2.2
/* global NOT_FOUND */

const SEGMENT = /^(?!\.{1,2}$)(?:[\w.~-]|%(?:2d|5f|7e|3[0-9]|[46][1-9a-f]|[57][0-9a]))+$/i;

// oxlint-disable-next-line no-unused-vars -- CloudFront calls it by its name
function handler(event) {
  const request = event.request;
  const isPlain = request.uri
    .slice(1)
    .split('/')
    .every(function (segment) {
      return SEGMENT.test(segment);
    });
  if (isPlain) return request;
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: {
      'content-type': { value: 'application/problem+json' },
      'cache-control': { value: 'no-store' },
    },
    body: NOT_FOUND,
  };
}
