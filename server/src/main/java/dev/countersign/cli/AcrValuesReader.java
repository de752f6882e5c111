package dev.countersign.cli;

import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.session.Acr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a provider's authentication classes count as here. */
final class AcrValuesReader {
    /** Most classes of one provider. */
    static final int MAX_CLASSES = 32;

    /** The provider's word is believed up to here: phishing resistance is what we have seen ourselves, or is not. */
    private static final Set<String> BELIEVED = Set.of(Acr.BASE, Acr.MFA);

    /** What a space-separated list of classes can carry (OpenID Connect Core §3.1.2.1). */
    private static final Pattern NAME = Pattern.compile("[\\x21-\\x7E]{1,255}");

    private AcrValuesReader() {}

    /** Throws {@link Problem} naming the member that does not fit. */
    static Map<String, String> read(@Nullable Fields classes) {
        var read = new LinkedHashMap<String, String>();
        if (classes == null) {
            return read;
        }
        for (var name : classes.node().propertyNames()) {
            if (!NAME.matcher(name).matches()) {
                throw Problem.invalid(classes.at(name), "Expected 1 to 255 visible ASCII characters as a class's name");
            }
            read.put(name, classes.oneOf(name, BELIEVED));
        }
        if (read.size() > MAX_CLASSES) {
            throw Problem.invalid(classes.at(""), "More than " + MAX_CLASSES + " classes");
        }
        return read;
    }
}
