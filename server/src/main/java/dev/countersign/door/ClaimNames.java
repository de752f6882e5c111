package dev.countersign.door;

import dev.countersign.DoorSettings.Forge;

/** What a forge calls the claims of its jobs' tokens. */
record ClaimNames(String repository, String owner, String workflow, String ref, String event, String environment) {
    /** GitHub, "OpenID Connect reference". */
    private static final ClaimNames GITHUB = new ClaimNames(
            "repository_id", "repository_owner_id", "job_workflow_ref", "ref", "event_name", "environment");

    /** GitLab, "ID token payload". */
    private static final ClaimNames GITLAB = new ClaimNames(
            "project_id", "namespace_id", "ci_config_ref_uri", "ref_path", "pipeline_source", "environment");

    static ClaimNames of(Forge forge) {
        return switch (forge) {
            case GITHUB -> GITHUB;
            case GITLAB -> GITLAB;
        };
    }
}
