package dev.countersign.publish;

import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySource;
import dev.countersign.publish.PolicyVersion.Live;

/**
 * What makes a node believe a version that a database shows it. The database vouches for nothing: the files must hash to
 * the version's name; that name must be signed by a publisher of this node's settings, or be what the settings' own folder
 * hashes to; and that it is live must be our own word.
 */
final class VersionTrust {
    private final Publishers publishers;
    private final LiveStatements statements;
    private final String folderHash;

    /** @param folderHash what the settings' folder hashes to, or empty when it cannot be read any more */
    VersionTrust(Publishers publishers, LiveStatements statements, String folderHash) {
        this.publishers = publishers;
        this.statements = statements;
        this.folderHash = folderHash;
    }

    /** The live set, verified whole, parsed and validated. Throws for anything that does not fit. */
    PolicySet live(Live live, PolicyVersion version) throws PolicyLoadException {
        if (!statements.says(live.statement(), live.version(), live.hash())) {
            throw refused(live.hash(), "that it is live is not stated by this deployment's key");
        }
        return set(version);
    }

    /** The set of {@code version}. Throws when it is not one that may be live here. */
    PolicySet set(PolicyVersion version) throws PolicyLoadException {
        var source = source(version);
        requireVoucher(version);
        var set = PolicySet.parse(source);
        if (!set.hash().value().equals(version.hash())) {
            throw refused(version.hash(), "its files hash to " + set.hash());
        }
        return set;
    }

    /** The files, which hash to the version's name. */
    PolicySource source(PolicyVersion version) throws PolicyLoadException {
        try {
            var source = Bundle.unpack(version.bundle());
            if (!source.hash().value().equals(version.hash())) {
                throw refused(version.hash(), "its files hash to " + source.hash());
            }
            return source;
        } catch (InvalidBundle e) {
            throw refused(version.hash(), e.text());
        }
    }

    /** Throws {@link InvalidBundle} for a signature that none of the publishers made. */
    SignedVersion verify(String jws) {
        return publishers.verify(jws);
    }

    private void requireVoucher(PolicyVersion version) throws PolicyLoadException {
        if (version.hash().equals(folderHash)) {
            return;
        }
        var signature = version.signature();
        if (signature == null) {
            throw refused(version.hash(), "it is not signed, and the settings' folder holds another set");
        }
        try {
            if (!publishers.verify(signature).hash().equals(version.hash())) {
                throw refused(version.hash(), "its signature is for another set");
            }
        } catch (InvalidBundle e) {
            throw refused(version.hash(), e.text());
        }
    }

    private static PolicyLoadException refused(String hash, String reason) {
        return PolicyLoadException.of("version " + hash, reason);
    }
}
