/**
 * List prices in US dollars without tax, for estimates alone. Each says the page to compare it
 * with; `asOf` is the month whose prices they are.
 */
export const prices = {
  asOf: '2025-06',
  /** Hours of a month, as both clouds reckon. */
  hoursOfMonth: 730,
  aws: {
    /** aws.amazon.com/ec2/pricing/on-demand, Linux, us-east-1, an hour. */
    machineHour: { 't3.micro': 0.0104, 't3.small': 0.0208, 't3.medium': 0.0416 },
    /** aws.amazon.com/ebs/pricing, gp3, GB a month. */
    diskGb: 0.08,
    /** aws.amazon.com/vpc/pricing, a public IPv4 address, an hour. */
    addressHour: 0.005,
    /** aws.amazon.com/s3/pricing, Standard, GB a month. */
    storageGb: 0.023,
    /** aws.amazon.com/cloudfront/pricing: a TB and 10 million requests a month are free. */
    cloudFrontGb: 0.085,
  },
  azure: {
    /** azure.microsoft.com/pricing/details/virtual-machines/linux, East US, an hour. */
    machineHour: { Standard_B1s: 0.0104, Standard_B1ms: 0.0207, Standard_B2s: 0.0416 },
    /** azure.microsoft.com/pricing/details/managed-disks, Standard SSD E4 (32 GB), a month. */
    diskMonth: 2.4,
    /** azure.microsoft.com/pricing/details/ip-addresses, Standard static, an hour. */
    addressHour: 0.005,
    /** azure.microsoft.com/pricing/details/storage/blobs, hot, LRS, GB a month. */
    storageGb: 0.0184,
    /** azure.microsoft.com/pricing/details/frontdoor, Standard, a profile and month. */
    frontDoorMonth: 35,
  },
} as const;

/** What every estimate says of itself. */
export const priceNote =
  `List prices of ${prices.asOf} in US dollars, with little traffic; without tax, discounts ` +
  'and free tiers. Prices differ by region.';

/** The price of a size; undefined when none is known. */
export function findPrice(
  table: Readonly<Record<string, number>>,
  size: string,
): number | undefined {
  return Object.hasOwn(table, size) ? table[size] : undefined;
}
