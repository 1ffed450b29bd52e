/** Hashes that a key rule can name, and how people write them. */
export const HASHES = { none: "", md5: "MD5", sha1: "SHA-1", sha256: "SHA-256", sm3: "SM3" } as const;
