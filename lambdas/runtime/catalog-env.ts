import { z } from 'zod';

/** Names the catalog for the RDS Data API; `catalog.grantAccess(fn)` sets it. */
export const catalogEnvSchema = z.object({
  CATALOG_CLUSTER_ARN: z.string().min(1),
  CATALOG_SECRET_ARN: z.string().min(1),
  CATALOG_DATABASE: z.string().min(1),
});
export type CatalogEnv = z.infer<typeof catalogEnvSchema>;
