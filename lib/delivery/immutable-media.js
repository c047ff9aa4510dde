// Runs at the edge for each media response. CloudFront does not call it for a status of 400 or above, so no browser
// caches an error for a year, as it would if a response headers policy set this header.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses-errors.html
// oxlint-disable-next-line no-unused-vars -- CloudFront calls it by its name
function handler(event) {
  var response = event.response;
  response.headers['cache-control'] = { value: 'public, max-age=31536000, immutable' };
  return response;
}
