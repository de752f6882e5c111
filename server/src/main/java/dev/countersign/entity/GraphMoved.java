package dev.countersign.entity;

/** Another node changed the graph first: what was checked against the older one must be checked again. */
final class GraphMoved extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GraphMoved() {
        super("the graph has changed", null, false, false);
    }
}
