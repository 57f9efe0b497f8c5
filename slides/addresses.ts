/** Addresses inside a deck: which may stay as links, and which would make a converter fetch or start something (FAULTS 59, 60). */

/** Anything but a name inside the package: has a scheme, a host, or a drive. */
export const leavesPackage = (target: string): boolean =>
  /^\s*[a-z][a-z0-9+.-]*:/i.test(target) || /^\s*[\\/]{2}/.test(target) || /^\s*%5c%5c/i.test(target);

/** A link a viewer may follow. */
export const isLink = (target: string): boolean => /^(https?:\/\/|mailto:)/i.test(target);
