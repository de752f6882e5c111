package dev.countersign.session;

/** Knows which human being is behind a principal: several accounts of one person are one person. */
public interface People {
    Person of(Principal principal);
}
