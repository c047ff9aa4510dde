// Runs at the edge for each request of a page or its files, and for each response. `PageRoutes` puts the constants
// EDGE_URL, DOMAIN_NAME and FILES in front of this code. The runtime knows no destructuring.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
/* global EDGE_URL, DOMAIN_NAME, FILES */

const DOCUMENT = '/index.html';
const NOT_FOUND = '/404.html';
const PAGE = /^\/(?:signed-in|(?:videos|embed)\/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}))?$/;
const ASSET = /^\/assets\/[\w-][\w.-]*$/;

// oxlint-disable-next-line no-unused-vars -- CloudFront calls it by its name
function handler(event) {
  return event.context.eventType === 'viewer-response' ? finishResponse(event) : routeRequest(event);
}

function routeRequest(event) {
  const request = event.request;
  const uri = request.uri;
  if (isFile(uri)) return request;
  const origin = EDGE_URL || `https://${DOMAIN_NAME || event.context.distributionDomainName}`;
  if (hasOtherName(event, origin)) return redirect(request, origin + uri);
  if (uri === DOCUMENT) return redirect(request, `${origin}/`);
  if (/^\/[^/].*\/$/.test(uri) && PAGE.test(uri.slice(0, -1))) return redirect(request, origin + uri.slice(0, -1));
  const page = PAGE.exec(uri);
  request.querystring = {};
  if (page === null) {
    request.uri = NOT_FOUND;
    // A response with the status 304 or 206 would leave the visitor without a page.
    ['if-none-match', 'if-modified-since', 'range', 'if-range'].forEach(function (name) {
      delete request.headers[name];
    });
  } else {
    request.uri = DOCUMENT;
    // The link preview learns the video and the address of the pages from here; the bucket ignores both.
    if (page[1] !== undefined) {
      request.querystring.video = { value: page[1].toLowerCase() };
      request.querystring.origin = { value: encodeURIComponent(origin) };
    }
  }
  return request;
}

// The event holds the request as the viewer sent it, or as this function changed it: both lead to the same status.
function finishResponse(event) {
  const response = event.response;
  const uri = event.request.uri;
  if (isFile(uri) || uri === DOCUMENT || PAGE.test(uri)) return response;
  response.statusCode = 404;
  response.statusDescription = 'Not Found';
  ['etag', 'last-modified', 'accept-ranges'].forEach(function (name) {
    delete response.headers[name];
  });
  response.headers['cache-control'] = { value: 'no-store' };
  return response;
}

function isFile(uri) {
  return FILES.indexOf(uri) !== -1 || ASSET.test(uri);
}

// Behind a port forward or a proxy, the registered origin may be out of the viewer's reach.
function hasOtherName(event, origin) {
  const headers = event.request.headers;
  if (headers.host === undefined || headers['x-forwarded-host'] !== undefined) return false;
  const host = headers.host.value.toLowerCase();
  const registered = origin.slice(origin.indexOf('//') + 2).toLowerCase();
  if (EDGE_URL !== '' && host === event.context.distributionDomainName.toLowerCase()) return false;
  return host !== registered && portOf(host) === portOf(registered);
}

function portOf(authority) {
  const port = /:(\d+)$/.exec(authority);
  return port === null ? '' : port[1];
}

function redirect(request, url) {
  const query = request.rawQueryString();
  return {
    statusCode: 302,
    statusDescription: 'Found',
    headers: {
      location: { value: query === undefined ? url : `${url}?${query}` },
      'cache-control': { value: 'no-store' },
    },
  };
}
