/** What a task is doing, as components tell it in English; keys as `doing` makes them, a number is `n`. */
export default {
  step: {
    agreeing_with_the_partners: "agreeing with the partners",
    arranging_the_common_rows: "arranging the common rows",
    comparing: "comparing",
    done: "done",
    iteration_n_of_n: "iteration {0} of {1}",
    making_a_key: "making a key",
    masking_own_ids: "masking own ids",
    masking_the_partners_ids_hop_n: "masking the partners' ids, hop {0}",
    opening_own_weights_to_their_owner: "opening own weights to their owner",
    own_part: "own part",
    started: "started",
  },
};
