/**
 * Device Bound Session Credentials (W3C draft, https://w3c.github.io/webappsec-dbsc/): the browser registers a key after the
 * login and proves it again and again; a short cookie stands for each proof.
 */
@org.jspecify.annotations.NullMarked
package dev.countersign.dbsc;
