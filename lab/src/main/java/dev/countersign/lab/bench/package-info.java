/** Benchmarks that show what DESIGN promises about speed, always as a ratio measured in one run. */
@org.jspecify.annotations.NullMarked
package dev.countersign.lab.bench;
