/** Longest name in UTF-8; S3 takes keys of 1,024 bytes. */
const MAX_NAME_BYTES = 700;

/**
 * Characters that S3 advises to leave out of keys, and control characters.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-guidelines
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\{}^%`[\]"'<>~#|&$@=;:+,?*!]/gu;

/** Where an upload lies in the source bucket: a place of its own under a name that people recognise, in any script. */
export function uploadKey(videoId: string, fileName: string): string {
  return `uploads/${videoId}/${safeName(fileName)}`;
}

function safeName(fileName: string): string {
  const last = fileName.toWellFormed().normalize('NFC').split('/').at(-1) ?? '';
  const name = last.replace(UNSAFE, '-').replace(/^[.\s]+|[.\s]+$/gu, '');
  return endOf(name, MAX_NAME_BYTES) || 'file';
}

/** The end of a text, where a file's ending stands, of at most so many bytes. */
function endOf(text: string, maxBytes: number): string {
  const characters = Array.from(text);
  while (Buffer.byteLength(characters.join('')) > maxBytes) characters.shift();
  return characters.join('');
}
