export default {
  sum: {
    title: "The sum",
    theirColumn: "{partner} names the column of the value, in data of theirs.",
    column: "Column of the value",
    choose: "Choose a column",
    decimals: "Decimals",
    decimalsWords:
      "The value has no decimals. | The value has one decimal at most. | The value has {n} decimals at most.",
    decimalsAgreed:
      "As proposed, the value has no decimals. | As proposed, the value has one decimal at most. | As proposed, the value has {n} decimals at most.",
    values:
      "Values are numbers as 1234.5, with a point and without signs of thousands or of a currency. Those of rows with the same id are added.",
    emptyAsZero: "An empty value counts as zero (else a row with an id and no value is refused)",
    emptyIsZero: "empty counts as zero",
    warning: "A sum tells more than it seems to.",
    least: "Where fewer than {least} ids are common, no side gets a sum; both learn that there are so few.",
    tells:
      "Over few ids, a sum is nearly a single value. Two sums over nearly the same ids tell the sum over those that changed: whoever repeats sums can learn single values. So agree on sums only with a partner to whom you would tell the sums of small groups.",
    repeats:
      "The schedule tells one sum after the other over nearly the same ids. The difference of two of them can be the value of a single id.",
    totalOurs: "is the sum of our “{column}” over them",
    totalTheirs: "is the sum of {partner}'s value over them",
    noRows: "As agreed, nobody learns which ids they are; there are no rows. {partner} has the same two numbers.",
    about: "Sums",
    aboutWords:
      "Both sides learn how many ids are common, and the sum of a value of one side's over them, for instance what common customers have paid. Nobody learns which ids, and there are no rows. The proposal says how many decimals the value has; the side whose value it is names the column.",
  },
};
