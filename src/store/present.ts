/** Leaves out what the database holds as null. */
export const present = <T extends object>(value: T) =>
  // Sound: only members that are null or undefined are dropped, and the type says they may be absent.
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> }
