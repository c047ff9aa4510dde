import * as z from 'zod';

/** ISO 8601 time in UTC, to the millisecond. */
export const isoInstant = z.iso.datetime();
