/**
 * Attempts of one request before its error reaches the handler, and its queue retries.
 *
 * Each client has a module of its own, so that the bundler reads for a function only the SDKs that it uses. A handler creates its
 * clients once, when its module loads. Region, credentials and endpoint come from the function's environment.
 */
export const MAX_ATTEMPTS = 5;
