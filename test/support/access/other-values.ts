/**
 * Values of condition keys that the laptop supplies, as a request has them that policies must deny: without TLS, with an
 * old version of it, or on behalf of a foreign resource. Keys that a request itself determines get any other text.
 */
export const OTHER_VALUES: Readonly<Record<string, string>> = {
  'aws:securetransport': 'false',
  's3:tlsversion': '1.1',
  'aws:sourcearn': 'arn:aws:sns:us-east-1:999999999999:foreign',
  'aws:sourceaccount': '999999999999',
};
