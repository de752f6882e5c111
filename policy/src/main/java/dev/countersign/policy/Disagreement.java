package dev.countersign.policy;

/**
 * Where this engine and a corpus differ.
 *
 * @param testCase file of the case
 * @param request index of the request, or -1 for the case as a whole
 */
public record Disagreement(String testCase, int request, String expected, String got) {}
