// Runs at the edge for each request of a page. The pages are one document, which finds out by itself which of them is
// meant; a path whose end has a dot is a file's.
// oxlint-disable-next-line no-unused-vars -- CloudFront calls it by its name
function handler(event) {
  var request = event.request;
  if (request.uri.lastIndexOf('.') <= request.uri.lastIndexOf('/')) request.uri = '/index.html';
  return request;
}
