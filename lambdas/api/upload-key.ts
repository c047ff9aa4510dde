/** Maximum length of the name in UTF-8; S3 accepts keys of 1,024 bytes. */
const MAX_NAME_BYTES = 700;

/**
 * Characters that S3 advises against in keys, and control characters.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-guidelines
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\{}^%`[\]"'<>~#|&$@=;:+,?*!]/gu;

/** Returns the key of an upload in the source bucket: unique, and ending with a recognizable name in any script. */
export function uploadKey(videoId: string, fileName: string): string {
  return `uploads/${videoId}/${safeName(fileName)}`;
}

function safeName(fileName: string): string {
  const last = fileName.toWellFormed().normalize('NFC').split('/').at(-1) ?? '';
  const name = last.replace(UNSAFE, '-').replace(/^[.\s]+|[.\s]+$/gu, '');
  return endOf(name, MAX_NAME_BYTES) || 'file';
}

/** Shortens a text to a number of bytes, keeping its end with the file extension. */
function endOf(text: string, maxBytes: number): string {
  const characters = Array.from(text);
  while (Buffer.byteLength(characters.join('')) > maxBytes) characters.shift();
  return characters.join('');
}
