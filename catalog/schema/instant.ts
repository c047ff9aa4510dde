import { sql } from 'drizzle-orm';
import { customType } from 'drizzle-orm/pg-core';

/**
 * A point in time, to the millisecond. The Data API returns a timestamptz in UTC without an offset, which drizzle's own
 * type reads as local time, and binds a string as varchar, which PostgreSQL does not compare with a timestamptz.
 */
export const instant = customType<{ data: Date; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  fromDriver: (text) => new Date(`${text.replace(' ', 'T').replace(/Z$/, '')}Z`),
  toDriver: (date) => sql`cast(${date.toISOString()} as timestamptz)`,
});

export const now = sql`now()`;
