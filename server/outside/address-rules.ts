/** Which addresses our server may connect to on behalf of a person: public ones, and those the installation allows (FAULTS 67). */
import ipaddr from 'ipaddr.js';

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

const globalUnicast: Range = [ipaddr.IPv6.parse('2000::'), 3];

/** `allowed`: addresses or CIDRs of an intranet. Throws on what is neither. */
export function createAddressRule(allowed: readonly string[]): (address: string) => boolean {
  const ranges = allowed.map(parseRange);
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    // An IPv4 address written as IPv6 is judged as what it is.
    const address = ipaddr.process(text);
    return ranges.some((range) => within(address, range)) || isPublic(address);
  };
}

/** Anything with a meaning of its own (private, link-local, loopback, translated, documentation…) is not public. */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || within(address, globalUnicast);
}

const within = (address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Range): boolean =>
  address.kind() === base.kind() && address.match([base, bits] as never);

function parseRange(text: string): Range {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
