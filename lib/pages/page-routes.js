// Runs at the edge for each page request. All pages are one document, which routes by path; a path with a dot in its
// last segment names a file.
// oxlint-disable-next-line no-unused-vars -- CloudFront calls it by its name
function handler(event) {
  var request = event.request;
  if (request.uri.lastIndexOf('.') <= request.uri.lastIndexOf('/')) request.uri = '/index.html';
  return request;
}
