// Runs at the edge for each request at a path whose responses are kept. `PathFunction` puts the constant NOT_FOUND in
// front of this code. A response is kept under the path and query as the viewer wrote them, and an invalidation names one
// spelling only. Other spellings are redirected: of a path that a function has changed, AWS recommends invalidating the
// viewer's spelling too, and those are countless.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
/* global NOT_FOUND */

const KEPT = /^\/api\/(?:openapi\.json|videos\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\/playback)?)$/;

// oxlint-disable-next-line no-unused-vars -- CloudFront calls it by its name
function handler(event) {
  const request = event.request;
  const path = decode(request.uri).toLowerCase();
  if (KEPT.test(path)) {
    // An empty query, such as `?&`, means the same as none.
    if (Object.keys(request.querystring).join('') === '') request.querystring = {};
    if (path === request.uri) return request;
    // Only responses to these methods are kept.
    if (request.method === 'GET' || request.method === 'HEAD') return redirect(request, path);
    request.uri = path;
    return request;
  }
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

function redirect(request, path) {
  const query = request.rawQueryString();
  return {
    statusCode: 308,
    statusDescription: 'Permanent Redirect',
    headers: {
      location: { value: query === undefined ? path : `${path}?${query}` },
      'cache-control': { value: 'no-store' },
    },
  };
}

function decode(uri) {
  try {
    return decodeURIComponent(uri);
  } catch (error) {
    // The rest of the code refuses what cannot be decoded.
    return error instanceof URIError ? uri : '';
  }
}
