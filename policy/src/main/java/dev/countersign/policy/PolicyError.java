package dev.countersign.policy;

/** A policy that could not be evaluated for a request, and why. */
public record PolicyError(Policy policy, String message) {}
