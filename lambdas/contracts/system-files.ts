/**
 * Lowercase names of files that operating systems, file managers and storage tools write next to users' files: macOS,
 * Windows, KDE, AWS EMR and clients of object stores.
 */
const FILE_NAMES: ReadonlySet<string> = new Set([
  '.ds_store', '.localized', '.apdisk', '.volumeicon.icns', '.com.apple.timemachine.donotpresent', '.metadata_never_index', 'icon\r',
  'thumbs.db', 'thumbs.db:encryptable', 'ehthumbs.db', 'ehthumbs_vista.db', 'desktop.ini', 'iconcache.db',
  '.directory', '.keep', '.gitkeep', '.bzempty',
]);

/** Lowercase names of folders that hold only such files. */
const FOLDER_NAMES: ReadonlySet<string> = new Set([
  '__macosx', '.appledouble', '.appledb', '.appledesktop', '.spotlight-v100', '.fseventsd', '.documentrevisions-v100',
  '.temporaryitems', '.trashes', '.trash', 'network trash folder', 'temporary items',
  '$recycle.bin', 'system volume information', '@eadir',
]);

/** AppleDouble files, which hold attributes that a foreign file system cannot store (RFC 1740), and a Linux user's trash. */
const NAME_PREFIX = /^(?:\._|\.trash-\d+$)/;

/** Suffix of folder markers, as Hadoop and AWS EMR write them. */
const FOLDER_SUFFIX = '_$folder$';

/** Returns whether a path or object key names a system's own file or a folder marker. */
export function isSystemFile(path: string): boolean {
  const names = path.toLowerCase().split('/');
  const name = names.pop() ?? '';
  const isInSystemFolder = names.some((folder) => FOLDER_NAMES.has(folder) || NAME_PREFIX.test(folder));
  return isInSystemFolder || FILE_NAMES.has(name) || NAME_PREFIX.test(name) || name.endsWith(FOLDER_SUFFIX);
}

/** Content types of the empty objects that S3 clients use as folder markers, besides keys that end with a slash. */
const FOLDER_TYPES: ReadonlySet<string> = new Set(['application/x-directory', 'httpd/unix-directory']);

/**
 * Returns whether an object is a folder marker, as the S3 console and other clients create it: empty, and named or typed as
 * a folder. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-folders.html
 */
export function isFolderMarker(key: string, sizeBytes: number, contentType = ''): boolean {
  return sizeBytes === 0 && (key.endsWith('/') || FOLDER_TYPES.has(contentType.split(';')[0]?.trim().toLowerCase() ?? ''));
}
