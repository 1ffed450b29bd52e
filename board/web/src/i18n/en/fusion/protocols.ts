export default {
  protocols: {
    how: "By which protocol",
    protocol: "Protocol",
    auto: "auto – the node chooses",
    autoWords: "Chosen when the partner accepts, by both sizes, both machines and the speed of the way between them.",
    assumes: "It rests on: {what}.",
    unfit: "This protocol cannot do what was chosen above. Choose another one.",
    intro:
      "All of them let each side learn only what was agreed on and the number of the other's ids. They differ in time, traffic and in what their safety rests on. All are for partners that follow the protocol and are curious (semi-honest).",
    does: "What it does",
    learns: "Can be agreed on for",
    assumption: "Rests on",
    cost: "Cost",
    can: {
      receiver: "one side learns which",
      both: "both sides learn which",
      size: "one side learns how many",
      sum: "both sides learn how many, and a sum",
    },
  },
  protocol: {
    curve25519: {
      title: "masks on a curve",
      about: "Both sides mask each id with a secret number on an elliptic curve; ids masked twice are compared.",
      cost: "Arithmetic for the ids of both sides, and some 40 bytes for each. The usual choice.",
      assumes: "the Diffie–Hellman problem on curve25519, and hashing to the curve",
    },
    oprf: {
      title: "a hidden function",
      about: "One side evaluates a secret function on its ids without showing them, and without learning the function.",
      cost: "Little arithmetic; for large sets half the time and half the bytes of curve25519, after about a megabyte to begin with.",
      assumes: "syndrome decoding (a code whose distance is measured, not proved), Diffie–Hellman on P-256, and hashes",
    },
    intersection_sum: {
      title: "a sum over what is common",
      about:
        "Ids are masked as with curve25519; the sender's values travel encrypted, the receiver adds those of common ids without reading them, and the sender opens the sum alone.",
      cost: "Some 70 bytes and masks for each id of the receiver, some 550 bytes and an encryption for each of the sender.",
      assumes: "the Diffie–Hellman problem on curve25519, hashing to the curve, and Paillier encryption with 2048 bits",
    },
    rsa: {
      title: "blind signatures, 2048 bits",
      about: "The receiver has its ids signed without showing them; signatures are compared.",
      cost: "Much arithmetic, and some 500 bytes for each id of the receiver. For houses that must use RSA.",
      assumes: "RSA with 2048 bits (one-more problem), and hashing",
    },
    rsa3072: {
      title: "blind signatures, 3072 bits",
      about: "As rsa, with a longer key.",
      cost: "Nearly three times the time of rsa, and half as many bytes again.",
      assumes: "RSA with 3072 bits (one-more problem), and hashing",
    },
    unbalanced: {
      title: "a small set with a big one",
      about: "The big side masks its ids once; the small side asks for its few, without showing them.",
      cost: "As curve25519 for equal sets; where the receiver has few ids, less than half its bytes.",
      assumes: "the Diffie–Hellman problem on curve25519 (one-more), and hashing to the curve",
    },
  },
};
