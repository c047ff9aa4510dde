/** Environment variable that names a folder of further videos, with a `MANIFEST.tsv` that says how each must end. */
export const MORE_MEDIA = 'SLUICE_MORE_MEDIA';

/** Folder of further videos; undefined where the variable is unset or empty. */
export const moreMediaFolder: string | undefined = process.env[MORE_MEDIA] === '' ? undefined : process.env[MORE_MEDIA];
