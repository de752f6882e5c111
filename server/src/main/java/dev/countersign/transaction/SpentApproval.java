package dev.countersign.transaction;

/**
 * An approval that was spent.
 *
 * @param signedIndex where the evidence of its signature stands
 * @param spentIndex where the evidence of its spending stands
 */
record SpentApproval(Approval approval, long signedIndex, long spentIndex) {}
