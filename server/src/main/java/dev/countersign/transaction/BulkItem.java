package dev.countersign.transaction;

import tools.jackson.databind.JsonNode;

/**
 * One of several requests that were submitted together.
 *
 * @param asked {@code resource} and {@code action} as they were submitted
 */
record BulkItem(AccessRequest request, JsonNode asked) {}
