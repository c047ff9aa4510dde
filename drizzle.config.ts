import { defineConfig } from 'drizzle-kit';

/** `drizzle-kit generate` writes the next migration from the schema; functions and triggers are added by hand. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './catalog/schema/index.ts',
  out: './catalog/migrations',
});
