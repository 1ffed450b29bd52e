export default {
  table: {
    one: "Prepared table",
    open: "Prepare for a partner",
    title: "Prepare a table",
    words:
      "A table makes a data set of ours ready for one partner, once. Each alignment of their small data set with it costs as much as theirs then, instead of ours anew each time.",
    when: "It is used where we are the sender with exactly this data set, these columns, this rule and this partner, and the partner or both sides learn which ids are common; with the protocol “unbalanced” always, with “auto” where it is worth it. New rows are another data set and need another table.",
    tells:
      "The partner keeps its encrypted copy and sees that our data set is the same as before; it recognises rows that were common before. It never sees an id that it does not have.",
    prepare: "Prepare it",
    noPartner: "A table needs a partner with whom both sides have compared the fingerprints.",
    first: "No table yet.",
    whose: "Whose",
    ours: "ours, for {partner}",
    theirs: "{partner}'s, kept here",
    of: "Made of",
    gone: "{partner} knows",
    ids: "Ids",
    until: "Valid until",
    uses: "Used",
    times: "never | once | {n} times",
    progress: "Progress",
    deleteOurs:
      "The table for {partner} is deleted with its key. Alignments do without it until you prepare it anew. The data set and all results stay.",
    deleteTheirs: "Our copy of {partner}'s table is deleted. Their next alignment sends it again.",
    used: {
      prepared: "offered with the proposal",
      sent: "used, and sent with this alignment",
      kept: "used, and kept by the receiver from an earlier alignment: nothing of it was sent again",
    },
  },
};
