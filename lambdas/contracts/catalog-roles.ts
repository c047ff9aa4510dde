export { type CatalogRole, RIGHTS } from '../../catalog/rights.ts';
