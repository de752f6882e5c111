package dev.countersign.enforce;

/**
 * Who asks: a gateway, proxy, application or module that enforces our decisions (AuthZEN's PEP).
 *
 * @param id as configured
 * @param asserting may speak for a subject without presenting its session; what it may ask is policy
 */
public record EnforcementPoint(String id, boolean asserting) {}
