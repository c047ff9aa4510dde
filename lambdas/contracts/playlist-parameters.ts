/** Name of the query parameter that holds the copy of a signature. */
export const COPY_PARAMETER = 't';

/** Query parameters that state a clip. */
export const CLIP_PARAMETERS = ['start', 'end', 'trimming'] as const;

/** Query parameters of playlists. The edge forwards no others, and keeps a response for one combination of them alone. */
export const PLAYLIST_PARAMETERS = [COPY_PARAMETER, ...CLIP_PARAMETERS] as const;
