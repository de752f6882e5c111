package dev.countersign.publish;

import java.util.Locale;

/** What can be done to the live set; policies name it so. */
enum PolicyAction {
    PUBLISH("publishPolicies", "policy.published"),
    RESTORE("restorePolicies", "policy.restored"),
    READ("readPolicies", "");

    /** The resource's type. */
    static final String RESOURCE_TYPE = "PolicySet";

    /** The resource's id. */
    static final String RESOURCE_ID = "live";

    private final String policyName;
    private final String evidence;

    PolicyAction(String policyName, String evidence) {
        this.policyName = policyName;
        this.evidence = evidence;
    }

    /** The Cedar action. */
    String policyName() {
        return policyName;
    }

    /** The kind of the entry that says that it was done. */
    String evidence() {
        return evidence;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
